//! Files on issues and pages, and the host that keeps them for Cloud.

use reqwest::header::{AUTHORIZATION, CONTENT_DISPOSITION, CONTENT_TYPE, COOKIE, LOCATION};
use reqwest::redirect::Policy;
use sandbox::{Effect, Fault, Host, Personality, people};
use serde_json::Value;

use crate::{
    ConfluenceCloud, ConfluenceDataCenter, JiraCloud, JiraDataCenter, World, authenticated, each,
};

const LOG_OF_JIRA: &str = "/rest/api/3/attachment/content/60001";
const LOG_OF_CONFLUENCE: &str = "/rest/api/content/98310/child/attachment/att97003/download";

/// Where a Cloud site sends whoever asks for a file.
async fn ticket(world: &World, site: Personality, path: &str) -> (u16, String) {
    let client = reqwest::Client::builder().no_proxy();
    let client = client.redirect(Policy::none()).build().unwrap();
    let request = client.get(world.address(site, path));
    let answer = authenticated(request, site, &people::ana());
    let answer = answer.send().await.unwrap();
    let location = answer.headers()[LOCATION].to_str().unwrap();
    (answer.status().as_u16(), location.to_owned())
}

#[tokio::test]
async fn an_issue_tells_its_files_and_each_is_told_alone() {
    let world = World::start().await;
    let ana = people::ana();
    for (site, root) in [(JiraCloud, "/rest/api/3"), (JiraDataCenter, "/rest/api/2")] {
        let path = format!("{root}/issue/DEMO-1?fields=attachment");
        let issue = world.json(site, &path, &ana).await;
        let files = &issue["fields"]["attachment"];
        assert_eq!(each(files, "id"), ["60001", "60002", "60003"]);
        let path = format!("{root}/attachment/60002");
        let mut alone = world.json(site, &path, &ana).await;
        // Only Cloud repeats the number, and as one.
        let number = alone.as_object_mut().unwrap().remove("id");
        assert_eq!(number, (site == JiraCloud).then(|| Value::from(60002)));
        let mut listed = files[1].clone();
        listed.as_object_mut().unwrap().remove("id");
        assert_eq!(alone, listed);
        assert_eq!(alone["mimeType"], "image/png");
    }
}

#[tokio::test]
async fn a_page_tells_its_files_and_each_is_told_alone() {
    let world = World::start().await;
    let ana = people::ana();
    let (cloud, own) = (ConfluenceCloud, ConfluenceDataCenter);
    let list = world.json(cloud, "/api/v2/pages/98310/attachments?limit=2", &ana);
    let list = list.await;
    assert_eq!(each(&list["results"], "id"), ["att97001", "att97002"]);
    assert!(list["_links"]["next"].as_str().unwrap().contains("cursor="));
    let alone = world
        .json(cloud, "/api/v2/attachments/att97001", &ana)
        .await;
    assert_eq!(
        (&alone["pageId"], &alone["version"]["number"]),
        (&"98310".into(), &3.into())
    );
    let path = "/rest/api/content/98310/child/attachment?filename=fees.pdf&expand=version";
    let list = world.json(own, path, &ana).await;
    assert_eq!(each(&list["results"], "id"), ["att97002"]);
    let path = "/rest/api/content/att97002?expand=container,version";
    let alone = world.json(own, path, &ana).await;
    assert_eq!(alone["container"]["id"], "98310");
    assert_eq!(
        alone["extensions"]["fileSize"],
        list["results"][0]["extensions"]["fileSize"]
    );
    let news = world.json(cloud, "/api/v2/blogposts/98360/attachments", &ana);
    assert_eq!(news.await["results"][0]["blogPostId"], "98360");
}

#[tokio::test]
async fn cloud_gives_tickets_to_another_host_and_data_center_gives_the_bytes() {
    let world = World::start().await;
    let ana = people::ana();
    let log = include_bytes!("../../data/files/checkout.log");
    for (site, path, status) in [
        (JiraCloud, LOG_OF_JIRA, 303),
        (ConfluenceCloud, LOG_OF_CONFLUENCE, 302),
    ] {
        let (found, location) = ticket(&world, site, path).await;
        assert_eq!(found, status, "{site}");
        assert!(location.starts_with(world.sandbox.media_url().as_str()));
        let answer = world.client.get(location).send().await.unwrap();
        assert_eq!(answer.bytes().await.unwrap(), &log[..]);
        let seen = world.sandbox.requests().pop().unwrap();
        assert_eq!(
            (seen.host, seen.personality, seen.status),
            (Host::Media, site, 200)
        );
    }
    for (site, path) in [
        (JiraDataCenter, "/secure/attachment/60001/checkout.log"),
        (
            ConfluenceDataCenter,
            "/download/attachments/98310/payment%20worker.log?version=1&api=v2",
        ),
        (
            JiraCloud,
            "/rest/api/3/attachment/content/60001?redirect=false",
        ),
    ] {
        let answer = world.get(site, path, &ana).send().await.unwrap();
        assert!(answer.headers().contains_key(CONTENT_DISPOSITION), "{site}");
        assert_eq!(answer.headers()[CONTENT_TYPE], "text/plain");
        assert_eq!(answer.bytes().await.unwrap(), &log[..]);
    }
}

#[tokio::test]
async fn the_host_of_the_files_refuses_credentials_and_what_is_no_ticket() {
    let world = World::start().await;
    let (_, location) = ticket(&world, JiraCloud, LOG_OF_JIRA).await;
    for header in [AUTHORIZATION, COOKIE] {
        let request = world.client.get(&location).header(header, "JSESSIONID=x");
        assert_eq!(request.send().await.unwrap().status(), 400);
        let seen = world.sandbox.requests().pop().unwrap();
        assert!(seen.refusal.unwrap().contains("must not leave the site"));
    }
    for wrong in [
        location.replace("60001", "60008"),
        location.replace("token=", "token=0"),
        location.split('?').next().unwrap().to_owned(),
    ] {
        let answer = world.client.get(&wrong).send().await.unwrap();
        assert_eq!(answer.status(), 403, "{wrong}");
    }
}

#[tokio::test]
async fn files_of_what_somebody_may_not_see_do_not_exist() {
    let world = World::start().await;
    let ben = people::ben();
    for (site, path) in [
        (JiraCloud, "/rest/api/3/attachment/60008"),
        (JiraCloud, "/rest/api/3/attachment/content/60008"),
        (JiraDataCenter, "/rest/api/2/attachment/60008"),
        (JiraDataCenter, "/secure/attachment/60008/heron.pdf"),
        (ConfluenceCloud, "/api/v2/attachments/att97006"),
        (ConfluenceCloud, "/api/v2/attachments/att97008"),
        (ConfluenceCloud, "/api/v2/pages/98330/attachments"),
        (
            ConfluenceCloud,
            "/rest/api/content/98330/child/attachment/att97006/download",
        ),
        // By the number of another page.
        (
            ConfluenceCloud,
            "/rest/api/content/98310/child/attachment/att97007/download",
        ),
        (ConfluenceDataCenter, "/rest/api/content/att97006"),
        (
            ConfluenceDataCenter,
            "/rest/api/content/98330/child/attachment",
        ),
        (
            ConfluenceDataCenter,
            "/download/attachments/98330/budget.pdf",
        ),
    ] {
        assert_eq!(world.refusal(site, path, &ben).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn faults_strike_the_host_of_the_files_too() {
    let world = World::start().await;
    let (_, location) = ticket(&world, ConfluenceCloud, LOG_OF_CONFLUENCE).await;
    for (effect, status) in [(Effect::status(503, ""), 503), (Effect::EmptySuccess, 200)] {
        let fault = Fault::new(ConfluenceCloud, "/file/", effect);
        world.sandbox.inject(fault.times(1));
        let answer = world.client.get(&location).send().await.unwrap();
        assert_eq!(answer.status(), status);
        assert_eq!(answer.text().await.unwrap(), "");
    }
    let cut = Fault::new(ConfluenceCloud, "/file/", Effect::CutBody);
    world.sandbox.inject(cut.times(1));
    let answer = world.client.get(&location).send().await.unwrap();
    assert!(answer.bytes().await.is_err());
    assert_eq!(
        world.client.get(&location).send().await.unwrap().status(),
        200
    );
}
