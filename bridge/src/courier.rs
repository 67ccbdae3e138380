//! In which order messages leave: the handshake step by step, everything else side by side; not how
//! they travel.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::host::Host;
use crate::outgoing::{Kind, Outgoing};
use crate::pump::Ending;
use crate::settings::Timing;
use crate::upstream::Upstream;

/// How many messages may wait for the handshake; beyond that, reading from the host stops.
const QUEUED_MESSAGES: usize = 1024;

/// Takes messages in the order of the host and brings them to the server.
#[derive(Debug)]
pub(crate) struct Courier {
    road: Road,
    queue: mpsc::Sender<Outgoing>,
    in_order: JoinHandle<()>,
}

/// What a delivery needs.
#[derive(Debug, Clone)]
struct Road {
    upstream: Arc<Upstream>,
    host: Host,
    deliveries: TaskTracker,
    abandon: CancellationToken,
    handshake: Duration,
}

impl Courier {
    pub(crate) fn start(upstream: Upstream, host: Host, timing: &Timing) -> Self {
        let road = Road {
            upstream: Arc::new(upstream),
            host,
            deliveries: TaskTracker::new(),
            abandon: CancellationToken::new(),
            handshake: timing.handshake,
        };
        let (queue, queued) = mpsc::channel(QUEUED_MESSAGES);
        let in_order = road
            .abandon
            .clone()
            .run_until_cancelled_owned(road.clone().walk(queued));
        let in_order = tokio::spawn(async move {
            // Without a value it was abandoned, which is all there is to know.
            let _finished = in_order.await;
        });
        Self {
            road,
            queue,
            in_order,
        }
    }

    /// Takes one message. Waits when too many are waiting already.
    pub(crate) async fn take(&self, message: Outgoing) {
        // The server may need this answer before it can give its own to what stands in the queue.
        if message.kind == Kind::Response && self.road.upstream.is_decided() {
            self.road.set_out(message);
        } else if self.queue.send(message).await.is_err() {
            tracing::debug!("a message came after the end");
        }
    }

    /// Ends every delivery and the session. At the end of the input, what the host wrote last may
    /// still leave.
    pub(crate) async fn close(self, ending: Ending, farewell: Duration) {
        let Self {
            road,
            queue,
            in_order,
        } = self;
        drop(queue);
        road.deliveries.close();
        if ending == Ending::InputEnded {
            let last = async {
                // A panic there has ended that task alone and is on stderr.
                let _ended = in_order.await;
                road.deliveries.wait().await;
            };
            if timeout(farewell, last).await.is_err() {
                tracing::debug!("the last messages were not delivered in time");
            }
        }
        road.abandon.cancel();
        if timeout(farewell, road.upstream.close()).await.is_err() {
            tracing::debug!("the server did not confirm the end of the session in time");
        }
    }
}

impl Road {
    async fn walk(self, mut queued: mpsc::Receiver<Outgoing>) {
        while let Some(message) = queued.recv().await {
            match message.kind {
                Kind::Initialize => self.bring_initialize(message).await,
                Kind::Initialized => self.bring_initialized(message).await,
                _ if self.upstream.is_decided() => self.set_out(message),
                // Its fate decides how all others travel.
                _ => {
                    let underway = self.upstream.hand_over(message).await;
                    self.spawn(underway.finish());
                }
            }
        }
    }

    /// Nothing follows before the host has its answer.
    async fn bring_initialize(&self, message: Outgoing) {
        let Some(id) = message.requests.first().cloned() else {
            return;
        };
        self.set_out(message);
        self.host.pending().settled(&id).await;
    }

    /// Nothing follows before the server has taken it, but a server that never confirms it must not
    /// block everything.
    async fn bring_initialized(&self, message: Outgoing) {
        let upstream = Arc::clone(&self.upstream);
        let delivery = async move { upstream.hand_over(message).await.finish().await };
        let delivery = self
            .deliveries
            .spawn(self.abandon.clone().run_until_cancelled_owned(delivery));
        if timeout(self.handshake, delivery).await.is_err() {
            tracing::warn!("the server does not confirm notifications/initialized");
        }
    }

    fn set_out(&self, message: Outgoing) {
        let upstream = Arc::clone(&self.upstream);
        self.spawn(async move { upstream.hand_over(message).await.finish().await });
    }

    fn spawn(&self, delivery: impl Future<Output = ()> + Send + 'static) {
        self.deliveries
            .spawn(self.abandon.clone().run_until_cancelled_owned(delivery));
    }
}
