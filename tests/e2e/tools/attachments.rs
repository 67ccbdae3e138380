//! Attached files: what they show, and who gets to see them.

mod limits;

use atlassian::Deployment;
use sandbox::{Host, SeenCredential, people};
use serde_json::{Value, json};
use tests::programs::Program;
use tests::transport::{call_tool, is_error, text};
use tests::world::{DEPLOYMENTS, World, personalities, token_of};
use tokio::io::AsyncWriteExt as _;

use super::{Site, all_between, assert_tells, walk};

const OF_ISSUE: &str = "get-jira-attachment";
const OF_PAGE: &str = "get-confluence-attachment";

/// A world with these flags and variables.
async fn with(deployment: Deployment, flags: &[&str], variables: &[(&str, &str)]) -> Site {
    let world = World::with(deployment, flags, variables).await;
    Site { deployment, world }
}

/// A world whose server starts the real program for PDFs: the tests' own is another.
async fn reading_pdfs(deployment: Deployment) -> Site {
    let reader = Program::Server.path();
    with(deployment, &["--pdf-reader", reader.to_str().unwrap()], &[]).await
}

/// Both tools with a file of this name, as each of them is called.
fn both(of_issue: &str, of_page: &str) -> [(&'static str, Value); 2] {
    [
        (OF_ISSUE, json!({"attachment_id": of_issue})),
        (OF_PAGE, json!({"attachment_id": of_page})),
    ]
}

#[tokio::test]
async fn a_log_is_read_with_its_name_its_author_and_its_date() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let [of_issue, of_page] = both("60001", "att97003");
        let told = site.answer(&people::ana(), of_issue.0, of_issue.1).await;
        assert_tells(
            &told,
            &[
                "# Jira attachment 60001\n",
                "**File name**: checkout.log",
                "**Type**: text/plain",
                "**Size**: ",
                "**Author**: Grace Tanaka",
                " author=\"Grace Tanaka\" date=\"2026-09-08T",
                "note=\"file checkout.log\">\n2026-09-08T07:10:01.113Z INFO",
                "basket 88121 charged twice",
                "größter Dank",
            ],
        );
        let told = site.answer(&people::ana(), of_page.0, of_page.1).await;
        assert_tells(
            &told,
            &[
                "# Confluence attachment att97003\n",
                "**File name**: payment worker.log",
                "**Page ID**: 98310",
                "basket 88121 charged twice",
            ],
        );
    }
}

#[tokio::test]
async fn a_file_is_named_by_number_by_address_or_by_its_place_and_name() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let (jira, confluence) = personalities(deployment);
        let [jira, confluence] = [jira, confluence].map(|it| site.world.sandbox.url(it));
        let [jira, confluence] = [jira.as_str(), confluence.as_str()];
        let [jira, confluence] = [jira, confluence].map(|it| it.trim_end_matches('/'));
        let wiki = match deployment {
            Deployment::Cloud if !confluence.ends_with("/wiki") => "/wiki",
            _ => "",
        };
        let address = format!("{jira}/secure/attachment/60001/checkout.log");
        let download =
            format!("{confluence}{wiki}/download/attachments/98310/payment%20worker.log");
        for (tool, arguments) in [
            (OF_ISSUE, json!({"attachment_id": address})),
            (
                OF_ISSUE,
                json!({"attachment_id": "60001", "issue_key": "DEMO-1"}),
            ),
            (
                OF_ISSUE,
                json!({"attachment_id": "checkout.log", "issue_key": "DEMO-1"}),
            ),
            (OF_PAGE, json!({"attachment_id": download})),
            (OF_PAGE, json!({"attachment_id": "97003"})),
            (
                OF_PAGE,
                json!({"page_id": "98310", "file_name": "payment worker.log"}),
            ),
        ] {
            let told = site.answer(&people::ana(), tool, arguments).await;
            assert_tells(&told, &["basket 88121 charged twice"]);
        }
    }
}

#[tokio::test]
async fn a_name_that_fits_no_file_says_what_would() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for (tool, arguments, words) in [
            (
                OF_ISSUE,
                json!({"attachment_id": "checkout.log"}),
                "file name together with issue_key",
            ),
            (
                OF_ISSUE,
                json!({"attachment_id": "60007", "issue_key": "DEMO-1"}),
                "DEMO-1 has no such",
            ),
            (
                OF_ISSUE,
                json!({"attachment_id": "https://evil.example/secure/attachment/1/x", "issue_key": "DEMO-1"}),
                "belongs to https://evil.example",
            ),
            (
                OF_ISSUE,
                json!({"attachment_id": "1"}),
                "has no attachment 1",
            ),
            (
                OF_PAGE,
                json!({"file_name": "fees.pdf"}),
                "both page_id and file_name",
            ),
            (
                OF_PAGE,
                json!({"page_id": "98310", "file_name": "none.txt"}),
                "none.txt",
            ),
        ] {
            let told = site.failure(&people::ana(), tool, arguments).await;
            assert!(told.contains(words), "{told}");
        }
    }
}

#[tokio::test]
async fn a_picture_arrives_as_a_picture() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let token = token_of(&people::ana(), deployment);
        for (tool, arguments) in both("60002", "att97001") {
            let answer = call_tool(&site.world.server, &token, tool, &arguments).await;
            assert!(!is_error(&answer), "{answer}");
            assert_tells(
                text(&answer),
                &["**Type**: image/png", "The picture follows"],
            );
            let content = answer["result"]["content"].as_array().unwrap();
            assert_eq!(content.len(), 2);
            assert_eq!(content[1]["type"], "image");
            assert_eq!(content[1]["mimeType"], "image/png");
            let data = content[1]["data"].as_str().unwrap();
            assert!(data.starts_with("iVBORw0KGgo"), "{data}");
        }
    }
}

#[tokio::test]
async fn a_pdf_arrives_as_its_pages() {
    for deployment in DEPLOYMENTS {
        let site = reading_pdfs(deployment).await;
        for (tool, arguments) in both("60003", "att97002") {
            let told = site.answer(&people::ana(), tool, arguments).await;
            assert_tells(
                &told,
                &[
                    "## Page 1 of 2\n",
                    "Fees of the payment providers\nStripe: 1.5 % + 25 cents\n",
                    "## Page 2 of 2\n",
                    "Refunds: 5,000 EUR a day (until October)\n",
                ],
            );
        }
    }
}

#[tokio::test]
async fn a_server_without_its_reader_of_pdfs_says_so_and_where_to_open_them() {
    let deployment = Deployment::DataCenter;
    let site = with(deployment, &["--pdf-reader", "/no/such/program"], &[]).await;
    let arguments = json!({"attachment_id": "60003"});
    let told = site.answer(&people::ana(), OF_ISSUE, arguments).await;
    let words = [
        "cannot start its reader of PDFs",
        "/secure/attachment/60003/",
    ];
    assert_tells(&told, &words);
}

#[tokio::test]
async fn markup_is_text_and_what_is_neither_text_nor_picture_says_where_to_open_it() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for (tool, arguments) in both("60004", "att97004") {
            let told = site.answer(&people::ana(), tool, arguments).await;
            assert_tells(&told, &["**Type**: text/html", "<!DOCTYPE html>"]);
        }
        for ((tool, arguments), place) in both("60005", "att97005").into_iter().zip([
            "/secure/attachment/60005/",
            "viewpageattachments.action?pageId=98310",
        ]) {
            let told = site.answer(&people::ana(), tool, arguments).await;
            let words = [
                "**Size**: 512 bytes",
                "neither text, nor a picture, nor a PDF",
                place,
            ];
            assert_tells(&told, &words);
        }
        let empty = json!({"attachment_id": "60006"});
        let told = site.answer(&people::ana(), OF_ISSUE, empty).await;
        assert_tells(&told, &["stderr.txt", "*The file is empty.*"]);
    }
}

#[tokio::test]
async fn a_long_file_is_read_on_to_its_end() {
    let site = Site::start(Deployment::Cloud).await;
    let arguments = json!({"attachment_id": "60004", "max_chars": 1000});
    let pages = walk(&site, &people::ana(), OF_ISSUE, arguments).await;
    let whole = json!({"attachment_id": "60004"});
    let whole = site.answer(&people::ana(), OF_ISSUE, whole).await;
    let last = whole
        .lines()
        .rfind(|line| line.starts_with('<') && !line.contains("untrusted"));
    assert!(pages.concat().contains(last.unwrap()), "{pages:?}");
    let elsewhere = json!({"attachment_id": "60004", "cursor": "YzMuMA"});
    let told = site.failure(&people::ana(), OF_ISSUE, elsewhere).await;
    assert_tells(&told, &["none that an earlier answer of this tool named"]);
}

#[tokio::test]
async fn the_host_that_keeps_the_files_learns_nothing_of_who_asks() {
    let site = Site::start(Deployment::Cloud).await;
    for (tool, arguments) in both("60001", "att97003") {
        site.answer(&people::ana(), tool, arguments).await;
        let requests = site.requests();
        let visits: Vec<_> = requests
            .iter()
            .filter(|it| it.host == Host::Media)
            .collect();
        assert_eq!(visits.len(), 1);
        assert_eq!(visits[0].credential, SeenCredential::None);
        assert!(!visits[0].cookie_sent && visits[0].traceparent.is_none());
    }
}

#[tokio::test]
async fn an_issue_lists_its_files() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let arguments = json!({"issue_key": "DEMO-1"});
        let told = site
            .answer(&people::ana(), "get-jira-issue", arguments)
            .await;
        assert_tells(
            &told,
            &[
                "## Attachments (3)",
                "- 60003: fees.pdf (application/pdf, ",
                "- 60002: double click.png (image/png, ",
                "- 60001: checkout.log (text/plain, ",
                ", 2026-09-08T",
                " by Grace Tanaka\n",
                "## Description",
            ],
        );
    }
}

#[tokio::test]
async fn a_page_lists_its_files_on_request() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let page = |include: bool| json!({"page_id": "98310", "include_attachments": include});
        let told = site
            .answer(&people::ana(), "get-confluence-page", page(true))
            .await;
        assert_tells(
            &told,
            &[
                "## Attachments (5)",
                "- att97001: checkout-flow.png (image/png, ",
            ],
        );
        let told = site
            .answer(&people::ana(), "get-confluence-page", page(false))
            .await;
        assert!(!told.contains("checkout-flow.png ("), "{told}");
        let bare = json!({"page_id": "98300", "include_attachments": true});
        let told = site
            .answer(&people::ana(), "get-confluence-page", bare)
            .await;
        assert_tells(&told, &["*The page has no attachments.*"]);
        let names = all_between(&told, "- att", "\n");
        assert_eq!(names, Vec::<&str>::new());
    }
}

/// The system tells how much a program may take.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_reader_of_pdfs_is_kept_within_bounds_by_the_system() {
    let mut reader = Program::Server.command();
    let mut reader = reader
        .arg("read-pdf")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let limits = format!("/proc/{}/limits", reader.id().unwrap());
    let limit = |name: &str| {
        let limits = std::fs::read_to_string(&limits).unwrap();
        let line = limits
            .lines()
            .find(|line| line.starts_with(name))
            .unwrap()
            .to_owned();
        line[name.len()..]
            .split_whitespace()
            .next()
            .unwrap()
            .to_owned()
    };
    // They are set before the first byte is read, this one last.
    while limit("Max cpu time") != "20" {
        tokio::task::yield_now().await;
    }
    assert_eq!(limit("Max address space"), "1073741824");
    assert_eq!(limit("Max core file size"), "0");
    drop(reader.stdin.take());
    let answer = reader.wait_with_output().await.unwrap();
    assert_eq!(String::from_utf8(answer.stdout).unwrap(), "\"Broken\"");
}

/// A PDF of these objects.
fn pdf(objects: &[&str]) -> Vec<u8> {
    let (mut file, mut places) = ("%PDF-1.5\n".to_owned(), String::new());
    for (object, number) in objects.iter().zip(1..) {
        places.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let (start, count) = (file.len(), objects.len() + 1);
    file.push_str(&format!(
        "xref\n0 {count}\n0000000000 65535 f \n{places}\
         trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    ));
    file.into_bytes()
}

/// Whatever it does to its reader, it does it to a program that does nothing else.
#[tokio::test]
async fn a_pdf_that_draws_itself_without_end_ends_its_reader_only() {
    let file = pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /XObject << /X 5 0 R >> >> >>",
        "<< /Length 5 >>\nstream\n/X Do\nendstream",
        "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 5 \
         /Resources << /XObject << /X 5 0 R >> >> >>\nstream\n/X Do\nendstream",
    ]);
    let mut reader = Program::Server
        .command()
        .arg("read-pdf")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = reader.stdin.take().unwrap();
    input.write_all(&file).await.unwrap();
    drop(input);
    let ended = reader.wait_with_output().await.unwrap();
    assert!(!ended.status.success(), "{ended:?}");
    assert_eq!(ended.stdout, b"");
}
