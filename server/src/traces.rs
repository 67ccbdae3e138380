//! Exporting spans, in servers that are built with the feature `otlp`; in others there is nothing to
//! export with.

#[cfg(feature = "otlp")]
pub(crate) mod otlp;

use shared::logging::Besides;
use tokio::runtime::Handle;

use crate::ServerError;
use crate::settings::Settings;

/// Spans on their way to a collector, if there is one.
#[derive(Debug, Default)]
pub struct Traces {
    #[cfg(feature = "otlp")]
    exporting: Option<otlp::Exporting>,
}

impl Traces {
    /// Begins to export where the settings name a collector, and gives what listens to spans. Requests
    /// to the collector are made on the given runtime.
    ///
    /// # Errors
    /// When no client for the collector can be made.
    #[cfg(feature = "otlp")]
    pub fn begin(
        settings: &Settings,
        runtime: &Handle,
    ) -> Result<(Self, Option<Besides>), ServerError> {
        let Some(endpoint) = &settings.operations.traces else {
            return Ok((Self::default(), None));
        };
        let (exporting, besides) = otlp::Exporting::begin(endpoint, runtime.clone())?;
        let exporting = Some(exporting);
        Ok((Self { exporting }, Some(besides)))
    }

    /// Nothing is exported.
    ///
    /// # Errors
    /// None.
    #[cfg(not(feature = "otlp"))]
    pub fn begin(_: &Settings, _: &Handle) -> Result<(Self, Option<Besides>), ServerError> {
        Ok((Self::default(), None))
    }

    /// Exports what is left. It blocks, and the runtime must still be there.
    pub fn end(self) {
        #[cfg(feature = "otlp")]
        if let Some(exporting) = self.exporting {
            exporting.end();
        }
    }
}
