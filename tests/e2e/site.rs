//! The sample site of one deployment with a server before it. How it is asked is known to those who ask.

use atlassian::Deployment;
use tests::world::World;

/// One deployment, asked by people.
pub(crate) struct Site {
    pub(crate) deployment: Deployment,
    pub(crate) world: World,
}

impl Site {
    pub(crate) async fn start(deployment: Deployment) -> Self {
        let world = World::start(deployment).await;
        Self { deployment, world }
    }
}
