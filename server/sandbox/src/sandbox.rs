//! The handle that starts, steers and stops the four sites and the gateway.
//! What the sites answer is not here.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::sync::watch;
use url::Url;

use crate::change::{Change, Changes};
use crate::fault::{Fault, Faults};
use crate::gateway;
use crate::media;
use crate::moment::Clock;
use crate::people::Person;
use crate::personality::Personality;
use crate::record::{Host, Record, SeenRequest};
use crate::site::{self, Shared, Site};
use crate::store::Store;

/// Four running sites with one store behind them.
///
/// Clones are handles to the same sites. When the last one is dropped, the listeners close and
/// requests that still wait (stalled ones too) end.
#[derive(Clone)]
pub struct Sandbox {
    sites: Arc<Sites>,
}

struct Sites {
    shared: Arc<Shared>,
    urls: Vec<(Personality, Url)>,
    gateway: Url,
    media: Url,
    /// Dropping it is the signal to stop.
    _open: watch::Sender<()>,
}

impl Sandbox {
    /// Starts all four, the gateway and the host of their files, on free loopback ports with the sample
    /// data loaded.
    ///
    /// # Errors
    ///
    /// If a port cannot be bound.
    pub async fn start() -> std::io::Result<Self> {
        let shared = Arc::new(with_samples()?);
        let (open, stop) = watch::channel(());
        let (listener, _) = listen().await?;
        let media_address = listener.local_addr()?;
        let site = |personality, origin| Site {
            personality,
            host: Host::Site,
            origin,
            media: media_address,
            shared: Arc::clone(&shared),
            open: stop.clone(),
        };
        let media_site = site(Personality::JiraCloud, format!("http://{media_address}"));
        serve(listener, media::router(media_site), stop.clone());
        let (mut urls, mut sites) = (Vec::new(), Vec::new());
        for &personality in Personality::ALL {
            let (listener, origin) = listen().await?;
            let site = site(personality, origin);
            let url = Url::parse(&site.base()).map_err(std::io::Error::other)?;
            urls.push((personality, url));
            sites.push(site.clone());
            serve(listener, site::router(site), stop.clone());
        }
        let (listener, origin) = listen().await?;
        serve(listener, gateway::router(sites), stop);
        Ok(Self {
            sites: Arc::new(Sites {
                shared,
                urls,
                gateway: Url::parse(&origin).map_err(std::io::Error::other)?,
                media: media::url(media_address).map_err(std::io::Error::other)?,
                _open: open,
            }),
        })
    }

    /// Base URL of the gateway, which has the Cloud sites for those who come with scoped tokens.
    pub fn gateway_url(&self) -> Url {
        self.sites.gateway.clone()
    }

    /// Base URL of a site, context path included: what an operator would configure.
    pub fn url(&self, personality: Personality) -> Url {
        let urls = &self.sites.urls;
        let found = urls.iter().find(|(site, _)| *site == personality);
        let (_, url) = found.expect("every personality is started");
        url.clone()
    }

    /// Where both Cloud sites keep the bytes of their files. It refuses credentials and records that they
    /// came.
    pub fn media_url(&self) -> Url {
        self.sites.media.clone()
    }

    /// All requests of all sites since the start or the last `forget_requests`, in order of
    /// arrival.
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.sites.shared.record.all()
    }

    /// Empties the record.
    pub fn forget_requests(&self) {
        self.sites.shared.record.forget();
    }

    /// Everything the sites carried out since the start, in order: what a write did, not what it was
    /// answered.
    pub fn changes(&self) -> Vec<Change> {
        self.sites.shared.changes.all()
    }

    /// Adds a fault behind those already in force; the first that matches a request strikes.
    pub fn inject(&self, fault: Fault) {
        self.sites.shared.faults.inject(fault);
    }

    /// Drops all faults.
    pub fn heal(&self) {
        self.sites.shared.faults.heal();
    }

    /// Adds `count` people, each with an issue in project `CROWD` assigned to them and a page in
    /// a personal space that nobody else may see, on all sites. Further calls add further people.
    pub fn add_crowd(&self, count: usize) -> Vec<Person> {
        let now = self.sites.shared.clock.now();
        self.sites.shared.store().add_crowd(count, now)
    }
}

/// What the sites are when nobody has asked them anything.
fn with_samples() -> std::io::Result<Shared> {
    Ok(Shared {
        store: Mutex::new(Store::with_samples().map_err(std::io::Error::other)?),
        record: Record::default(),
        changes: Changes::default(),
        faults: Faults::default(),
        clock: Clock::start(),
    })
}

/// A free loopback port, and the origin it is reached by.
async fn listen() -> std::io::Result<(TcpListener, String)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    Ok((listener, origin))
}

fn serve(listener: TcpListener, router: Router, mut open: watch::Receiver<()>) {
    // Without TCP_NODELAY small answers wait for the delayed acknowledgement of the client.
    let listener = listener.tap_io(|io| {
        // A socket that refuses the option still works, only slower.
        io.set_nodelay(true).ok();
    });
    let closed = async move {
        // Nothing is ever sent: the only change is that the sandbox goes away.
        while open.changed().await.is_ok() {}
    };
    let served = axum::serve(listener, router);
    tokio::spawn(async move { served.with_graceful_shutdown(closed).await });
}
