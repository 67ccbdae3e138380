//! One try of a call: sent with its credential, followed through redirects, taken in whole, and judged by
//! its status.
//! Which redirects there are and where they may lead is in `redirect` and `outside`.

use http::header;
use tokio::time::Instant;
use url::Url;

use super::redirect::{self, Standing, Stop};
use super::{Answer, Call, Counted, Wants, body, connection, outside, refusal};
use crate::error::Error;

impl Call<'_> {
    /// A successful answer within the deadline, or why there is none. Writes one log line.
    pub(super) async fn exchange(&self, deadline: Instant) -> Result<Answer, Error> {
        let started = Instant::now();
        let result = tokio::time::timeout_at(deadline, self.follow())
            .await
            .unwrap_or(Err(Error::TimedOut {
                service: self.site.service,
                after: self.site.timeouts.total,
                tries: 1,
            }));
        let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (service, method, path) = (self.site.service, &self.method, self.url.path());
        match &result {
            Ok(answer) => {
                self.site.count(Counted::Answered(answer.status));
                let status = answer.status.as_u16();
                tracing::debug!(%service, %method, path, status, elapsed_ms, "upstream answered");
            }
            Err(error) => {
                self.site.count(Counted::Unanswered);
                tracing::debug!(%service, %method, path, %error, elapsed_ms, "no upstream answer");
            }
        }
        let answer = result?;
        // The quota is the site's: whoever else answers has no say in it.
        if let (Some(credential), None) = (self.credential, &answer.outside) {
            let credential = self.site.fingerprint(credential);
            self.site.quotas.remember(credential, &answer.headers);
        }
        refusal::check(self, &answer)?;
        Ok(answer)
    }

    /// Sends, and sends again where a redirect, or the gateway, says so: within the site, and of
    /// downloads also outside.
    async fn follow(&self) -> Result<Answer, Error> {
        let mut stop = Stop::first(&self.url);
        for _ in 0..=redirect::LIMIT {
            let response = self
                .request(&stop)
                .await
                .map_err(|error| stop.blame(error))?;
            match redirect::target(&self.method, &stop.url, &response) {
                Some(target) => stop = self.next_stop(&stop, target)?,
                None => {
                    let answer = self.complete(response, stop.outside()).await;
                    return answer.map_err(|error| stop.blame(error));
                }
            }
        }
        let to = format!("itself more than {} times", redirect::LIMIT);
        Err(Error::Redirected {
            service: self.site.service,
            to,
        })
    }

    fn next_stop(&self, stop: &Stop, target: Url) -> Result<Stop, Error> {
        let next = stop.next(&self.url, target);
        // Only the origin is told: the rest may hold a session or a ticket.
        let Some(origin) = next.outside() else {
            return Ok(next);
        };
        let to = match (self.wants, outside::objection(&self.url, &next.url)) {
            (Wants::File { .. }, None) => return Ok(next),
            (Wants::File { .. }, Some(why)) => format!("{origin}, {why}"),
            (Wants::Data, _) => origin,
        };
        let service = self.site.service;
        Err(Error::Redirected { service, to })
    }

    /// The only place where a credential is put on a request.
    async fn request(&self, stop: &Stop) -> Result<reqwest::Response, Error> {
        let accept = match self.wants {
            Wants::Data => "application/json",
            Wants::File { .. } => "*/*",
        };
        let (method, url) = (self.method.clone(), stop.url.clone());
        let request = match stop.standing {
            Standing::Known => self.signed(self.site.pools.site.request(method, url)),
            Standing::Stranger => self.site.pools.strangers.request(method, url),
        };
        let sent = request.header(header::ACCEPT, accept).send().await;
        sent.map_err(|error| connection::failure(self, &error))
    }

    /// The request with everything that tells the site who is asking for what.
    fn signed(&self, mut request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        if let Some(credential) = self.credential {
            request = request.header(header::AUTHORIZATION, credential.header());
        }
        if let Some(trace) = &self.site.trace {
            request = request.headers(trace.headers());
        }
        if let Some(body) = &self.body {
            request = request
                .header(header::CONTENT_TYPE, "application/json")
                .body(body.clone());
        }
        request
    }

    async fn complete(
        &self,
        response: reqwest::Response,
        outside: Option<String>,
    ) -> Result<Answer, Error> {
        let (status, headers) = (response.status(), response.headers().clone());
        let body = body::collect(self, response).await?;
        Ok(Answer {
            status,
            headers,
            body,
            outside,
        })
    }
}
