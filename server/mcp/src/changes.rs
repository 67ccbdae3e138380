//! News of what a program offers: lists that changed, resources that were updated; not who hears of it.

use tokio::sync::broadcast;

/// How many pieces of news may wait for a slow listener, who then misses the oldest.
const QUEUE: usize = 64;

/// Where a program tells its news. Clones tell to the same listeners.
#[derive(Debug, Clone)]
pub struct Changes(broadcast::Sender<Change>);

/// One piece of news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// `tools/list` has changed.
    Tools,
    /// `prompts/list` has changed.
    Prompts,
    /// `resources/list` or the templates have changed.
    Resources,
    /// The content of the resource with this URI has changed.
    Resource(String),
}

impl Default for Changes {
    fn default() -> Self {
        Self(broadcast::channel(QUEUE).0)
    }
}

impl Changes {
    /// Tells whoever listens; nobody may.
    pub fn tell(&self, change: Change) {
        // An error says that nobody listens, which is no error.
        self.0.send(change).ok();
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Change> {
        self.0.subscribe()
    }
}

impl Change {
    /// The notification that tells a client.
    pub(crate) fn notification(
        &self,
    ) -> (&'static str, serde_json::Map<String, serde_json::Value>) {
        let mut params = serde_json::Map::new();
        let method = match self {
            Self::Tools => "notifications/tools/list_changed",
            Self::Prompts => "notifications/prompts/list_changed",
            Self::Resources => "notifications/resources/list_changed",
            Self::Resource(uri) => {
                params.insert("uri".to_owned(), uri.as_str().into());
                "notifications/resources/updated"
            }
        };
        (method, params)
    }
}
