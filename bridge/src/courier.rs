//! In which order messages leave: the handshake step by step, everything else side by side; not how
//! they travel.

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _};
use shared::jsonrpc::RequestId;
use shared::protocol::method;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::host::Host;
use crate::modern::Closing;
use crate::outgoing::{Kind, Outgoing};
use crate::pending::Role;
use crate::pump::Ending;
use crate::reply::{Failure, GivenUp};
use crate::settings::Timing;
use crate::upstream::Upstream;

/// How many messages may wait for the handshake; beyond that, reading from the host stops.
const QUEUED_MESSAGES: usize = 1024;

/// How many cancellations of ours are under way at once.
const CANCELLATIONS_AT_ONCE: usize = 16;

/// Takes messages in the order of the host and brings them to the server.
pub(crate) struct Courier {
    road: Road,
    queue: mpsc::Sender<Queued>,
    in_order: JoinHandle<()>,
}

/// A message and the time until which it may be tried to be sent, counted from its arrival: what
/// waits behind others does not get their waiting time on top.
struct Queued {
    message: Outgoing,
    send_by: Instant,
    open: Open,
}

/// What a delivery needs.
#[derive(Clone)]
struct Road {
    upstream: Arc<Upstream>,
    host: Host,
    deliveries: TaskTracker,
    abandon: CancellationToken,
    timing: Timing,
}

impl Courier {
    pub(crate) fn start(upstream: Arc<Upstream>, host: Host, timing: &Timing) -> Self {
        let road = Road {
            upstream,
            host,
            deliveries: TaskTracker::new(),
            abandon: CancellationToken::new(),
            timing: *timing,
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
        self.road.limit(&message);
        let queued = Queued {
            open: Open {
                closing: self.road.host.modern().begin(&message),
                host: self.road.host.clone(),
            },
            message,
            send_by: Instant::now() + self.road.timing.connect_wait,
        };
        // The server may need this answer before it can give its own to what stands in the queue.
        if queued.message.kind == Kind::Response && self.road.upstream.is_decided() {
            drop(self.road.set_out(queued));
        } else if self.queue.send(queued).await.is_err() {
            tracing::debug!("a message came after the end");
        }
    }

    /// Ends every delivery and the session. At the end of the input, what the host wrote last may
    /// still leave. The server is told which requests nobody waits for any more.
    pub(crate) async fn close(self, ending: Ending, unanswered: &[RequestId]) {
        let Self {
            road,
            queue,
            in_order,
        } = self;
        drop(queue);
        let farewell = road.timing.farewell;
        road.deliveries.close();
        let cancelling = timeout(farewell, road.cancel(unanswered));
        let leaving = async {
            if ending != Ending::InputEnded {
                return;
            }
            let last = async {
                // A panic there has ended that task alone and is on stderr.
                let _ended = in_order.await;
                road.deliveries.wait().await;
            };
            if timeout(farewell, last).await.is_err() {
                tracing::debug!("the last messages were not delivered in time");
            }
        };
        // Whether the server took them in time changes nothing.
        let (_cancelled, ()) = tokio::join!(cancelling, leaving);
        road.abandon.cancel();
        if timeout(farewell, road.upstream.close()).await.is_err() {
            tracing::debug!("the server did not confirm the end of the session in time");
        }
    }
}

impl Road {
    async fn walk(self, mut queue: mpsc::Receiver<Queued>) {
        while let Some(queued) = queue.recv().await {
            match queued.message.kind {
                Kind::Initialize => self.bring_initialize(queued).await,
                Kind::Initialized => self.bring_initialized(queued).await,
                _ if self.upstream.is_decided() => drop(self.set_out(queued)),
                // Its fate decides how all others travel.
                _ => {
                    let Queued {
                        message,
                        send_by,
                        open,
                    } = queued;
                    let handed_over = self.upstream.hand_over(message, send_by);
                    if let Some(underway) = open.until_closed(handed_over.boxed()).await {
                        drop(self.spawn(async move {
                            open.until_closed(underway.finish().boxed()).await;
                        }));
                    }
                }
            }
        }
    }

    /// Nothing follows before the host has its answer.
    async fn bring_initialize(&self, queued: Queued) {
        let Some(id) = queued.message.requests.first().cloned() else {
            return;
        };
        self.set_out(queued);
        self.host.pending().settled(&id).await;
    }

    /// Nothing follows before the server has taken it, but a server that never confirms it must not
    /// block everything.
    async fn bring_initialized(&self, queued: Queued) {
        let delivery = self.set_out(queued);
        if timeout(self.timing.handshake, delivery).await.is_err() {
            tracing::warn!("the server does not confirm notifications/initialized");
        }
    }

    /// Keeps to the limit of the person, if there is one. A subscription has no answer to wait for.
    fn limit(&self, message: &Outgoing) {
        let Some(limit) = self.timing.call_timeout else {
            return;
        };
        if message.requests.is_empty() || message.role == Role::Subscription {
            return;
        }
        let (road, requests) = (self.clone(), message.requests.clone());
        drop(self.spawn(async move {
            tokio::select! {
                () = road.host.pending().all_settled(&requests) => {}
                () = sleep(limit) => {
                    let late = road.host.pending().waiting_among(&requests);
                    road.host.fail(&late, &Failure::GivenUp(GivenUp::CallTimeout { limit })).await;
                    road.cancel(&late).await;
                }
            }
        }));
    }

    /// Tells the server that nobody waits for these requests any more. Only where there was a
    /// handshake: in the revision without one, closing the connection says the same. `initialize` must
    /// not be cancelled (2025-11-25, "Cancellation").
    async fn cancel(&self, requests: &[RequestId]) {
        for id in requests {
            self.host.modern().close(id);
        }
        let Some(handshake) = self.host.session().handshake() else {
            return;
        };
        let meant = requests.iter().filter(|id| **id != handshake.id);
        let messages: Vec<_> = meant
            .map(|id| Outgoing::without_requests(cancelled(id), Kind::Notification))
            .collect();
        let tell = |message| {
            let upstream = Arc::clone(&self.upstream);
            async move {
                let underway = upstream.hand_over(message, Instant::now()).await;
                underway.finish().await;
            }
        };
        futures::stream::iter(messages)
            .for_each_concurrent(CANCELLATIONS_AT_ONCE, tell)
            .await;
    }

    /// Starts a delivery beside all others. The handle may be dropped, the delivery goes on.
    fn set_out(&self, queued: Queued) -> JoinHandle<Option<()>> {
        let upstream = Arc::clone(&self.upstream);
        let Queued {
            message,
            send_by,
            open,
        } = queued;
        let delivery =
            async move { upstream.hand_over(message, send_by).await.finish().await }.boxed();
        self.spawn(async move {
            open.until_closed(delivery).await;
        })
    }

    fn spawn(&self, delivery: impl Future<Output = ()> + Send + 'static) -> JoinHandle<Option<()>> {
        self.deliveries
            .spawn(self.abandon.clone().run_until_cancelled_owned(delivery))
    }
}

/// The delivery of one message. A request of revision 2026-07-28 is cancelled by closing its stream,
/// which is to drop its delivery.
struct Open {
    closing: Option<Closing>,
    host: Host,
}

impl Open {
    /// `None` when the host has cancelled the request. The step is boxed, because every wrapper of a
    /// future holds a place for it twice: a call under way was 71 KB without.
    async fn until_closed<T>(&self, step: BoxFuture<'_, T>) -> Option<T> {
        match &self.closing {
            Some(closing) => closing.unless_closed(step).await,
            None => Some(step.await),
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(closing) = &self.closing {
            self.host.modern().end(closing);
        }
    }
}

fn cancelled(id: &RequestId) -> Bytes {
    Bytes::from(format!(
        r#"{{"jsonrpc":"2.0","method":"{}","params":{{"requestId":{},"reason":"nobody waits for it any more"}}}}"#,
        method::CANCELLED,
        id.as_json()
    ))
}
