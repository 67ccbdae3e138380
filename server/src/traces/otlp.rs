//! Spans to a collector, as OTLP over HTTP. What has a span is decided where the work is done.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{HeaderExtractor, HeaderInjector, HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use shared::logging::Besides;
use tokio::runtime::Handle;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Layer as _;
use url::Url;

use crate::ServerError;
use crate::application::NAME;

/// How long the end of the server waits for the last spans to be taken.
const FAREWELL: Duration = Duration::from_secs(2);

/// How long a collector may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Spans on their way to a collector.
#[derive(Debug)]
pub(crate) struct Exporting(SdkTracerProvider);

impl Exporting {
    /// Begins to export to the collector at this address, which is that of `/v1/traces`, and gives what
    /// listens to spans. The requests are made on the given runtime.
    ///
    /// # Errors
    /// When no client can be made.
    pub(super) fn begin(endpoint: &Url, runtime: Handle) -> Result<(Self, Besides), ServerError> {
        let failed = |reason: String| ServerError::System {
            doing: "cannot export traces (set OTEL_EXPORTER_OTLP_ENDPOINT)".to_owned(),
            source: std::io::Error::other(reason),
        };
        let client = Client::new(endpoint, runtime).map_err(|error| failed(error.to_string()))?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_endpoint(endpoint.as_str())
            .with_timeout(PATIENCE)
            .build()
            .map_err(|error| failed(error.to_string()))?;
        let name = NAME;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(Resource::builder().with_service_name(name).build())
            .build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer(name));
        Ok((Self(provider), layer.boxed()))
    }

    /// Exports what is left. Blocks, so it is called where nothing else runs; the runtime must still be
    /// there.
    pub(super) fn end(self) {
        if let Err(error) = self.0.shutdown_with_timeout(FAREWELL) {
            tracing::warn!(%error, "the last spans may be lost");
        }
    }
}

/// Makes a span part of the trace that a request names.
pub(crate) fn adopt(span: &Span, headers: &HeaderMap) {
    let parent = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
    if let Err(error) = span.set_parent(parent) {
        tracing::debug!(?error, "spans are not exported");
    }
}

/// The headers that make others part of the trace of a span; none when spans are not exported.
pub(crate) fn headers_of(span: &Span) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut injector = HeaderInjector(&mut headers);
    TraceContextPropagator::new().inject_context(&span.context(), &mut injector);
    headers
}

/// Sends on the server's runtime: the exporter has a thread of its own, without one.
#[derive(Debug)]
struct Client {
    http: reqwest::Client,
    runtime: Handle,
}

impl Client {
    fn new(endpoint: &Url, runtime: Handle) -> reqwest::Result<Self> {
        let builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE);
        // Without TLS no certificates are needed, and a machine may have none.
        let builder = match endpoint.scheme() {
            "https" => builder,
            _ => builder.tls_certs_only([]),
        };
        Ok(Self {
            http: builder.build()?,
            runtime,
        })
    }
}

#[async_trait::async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let request = reqwest::Request::try_from(request)?;
        let http = self.http.clone();
        let answered = self.runtime.spawn(async move {
            let answer = http.execute(request).await?;
            let status = answer.status();
            Ok::<_, reqwest::Error>((status, answer.bytes().await?))
        });
        let (status, body) = answered.await??;
        let mut response = Response::new(body);
        *response.status_mut() = status;
        Ok(response)
    }
}

#[cfg(test)]
mod secrets;

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

    fn contains(all: &[u8], part: &[u8]) -> bool {
        all.windows(part.len()).any(|it| it == part)
    }

    /// Takes one request and gives it up to the id of ours.
    async fn collect(listener: TcpListener) -> Vec<u8> {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut all = Vec::new();
        while !contains(&all, b"r-1") {
            assert_ne!(socket.read_buf(&mut all).await.unwrap(), 0);
        }
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        socket.write_all(answer).await.unwrap();
        all
    }

    const TRACE_BYTES: [u8; 16] = [
        0x0a, 0xf7, 0x65, 0x19, 0x16, 0xcd, 0x43, 0xdd, 0x84, 0x48, 0xeb, 0x21, 0x1c, 0x80, 0x31,
        0x9c,
    ];

    #[tokio::test(flavor = "multi_thread")]
    async fn a_span_continues_the_callers_trace_and_reaches_the_collector() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let collected = tokio::spawn(collect(listener));
        let endpoint = Url::parse(&format!("http://{address}/v1/traces")).unwrap();
        let (exporting, layer) = Exporting::begin(&endpoint, Handle::current()).unwrap();
        let parent = format!("00-{TRACE}-b7ad6b7169203331-01");
        let headers = HeaderMap::from_iter([(
            http::HeaderName::from_static("traceparent"),
            parent.parse().unwrap(),
        )]);
        let subscriber = tracing_subscriber::registry().with(layer);
        let passed_on = tracing::subscriber::with_default(subscriber, || {
            let span = tracing::error_span!("request", request_id = "r-1");
            adopt(&span, &headers);
            headers_of(&span)
        });
        let passed_on = passed_on["traceparent"].to_str().unwrap();
        assert!(
            passed_on.starts_with(&format!("00-{TRACE}-")),
            "{passed_on}"
        );
        assert_ne!(passed_on, parent);
        tokio::task::spawn_blocking(|| exporting.end())
            .await
            .unwrap();
        let collected = tokio::time::timeout(PATIENCE, collected).await;
        let all = collected.expect("the spans are sent").unwrap();
        assert!(all.starts_with(b"POST /v1/traces "));
        assert!(contains(&all, &TRACE_BYTES));
    }

    #[test]
    fn without_an_exporter_a_span_names_no_trace() {
        assert!(headers_of(&Span::none()).is_empty());
    }
}
