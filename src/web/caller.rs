//! Who is at the other end of the wire: which address, under which host name, and how often.

use super::problem::Problem;
use crate::config::{Limits, Server, is_loopback_host};
use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest,
    dev::{Payload, ServiceRequest},
    http::{
        Version,
        header::{self, HeaderMap},
    },
};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use std::{
    future::{Ready, ready},
    net::IpAddr,
    num::NonZeroU32,
};

/// The address of the client: the peer, or whom a trusted proxy names. Endpoints take it as an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl FromRequest for ClientAddress {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let address = request.extensions().get::<Self>().copied();
        ready(address.ok_or_else(|| Problem::internal("a request without address")))
    }
}

/// The rules about callers.
#[derive(Debug)]
pub struct Callers {
    trusted: Vec<IpAddr>,
    /// The host of the base address; requests under other names are refused.
    host: String,
    limiter: Option<DefaultKeyedRateLimiter<u128>>,
}

impl Callers {
    /// By these settings.
    #[must_use]
    pub fn new(server: &Server, limits: &Limits) -> Self {
        let rate = NonZeroU32::new(limits.requests_per_second);
        let burst = NonZeroU32::new(limits.burst).unwrap_or(NonZeroU32::MIN);
        let host = server.base_url.split_once("://").map_or("", |(_, rest)| rest);
        Self {
            trusted: server.trusted_proxies.clone(),
            host: without_port(host.split('/').next().unwrap_or_default()).to_ascii_lowercase(),
            limiter: rate.map(|rate| RateLimiter::keyed(Quota::per_second(rate).allow_burst(burst))),
        }
    }

    /// Forgets addresses whose allowance is whole again.
    pub fn tidy(&self) {
        if let Some(limiter) = &self.limiter {
            limiter.retain_recent();
        }
    }

    /// Notes the client's address and lets the request pass, unless its host is not ours or it comes too often.
    ///
    /// # Errors
    /// `bad_request` without a host, `wrong_host`, `too_many_requests`.
    pub fn admit(&self, request: &ServiceRequest) -> Result<(), Problem> {
        let peer = request.peer_addr().map(|address| address.ip().to_canonical());
        let address = peer.map(|peer| self.client(peer, request.headers()));
        if let Some(address) = address {
            request.extensions_mut().insert(ClientAddress(address));
        }
        // Probes address an instance by whatever name the orchestrator has for it.
        if request.path().starts_with("/health/") || request.path() == "/metrics" {
            return Ok(());
        }
        if peer.is_some() {
            self.check_host(request)?;
        }
        match (&self.limiter, address) {
            (Some(limiter), Some(address)) => limiter.check_key(&network(address)).map_err(|not_until| {
                Problem::of("too_many_requests").retry_after(not_until.wait_time_from(DefaultClock::default().now()))
            }),
            _ => Ok(()),
        }
    }

    /// From right to left: the first address that is not one of our proxies.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .filter_map(|value| value.to_str().ok())
            .collect();
        let mut client = peer;
        for word in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            if !self.trusted.contains(&client) {
                break;
            }
            match word.trim().parse::<IpAddr>() {
                Ok(named) => client = named.to_canonical(),
                Err(_) => break,
            }
        }
        client
    }

    fn check_host(&self, request: &ServiceRequest) -> Result<(), Problem> {
        let mut hosts = request.headers().get_all(header::HOST);
        let named = match (request.uri().authority(), hosts.next(), hosts.next()) {
            (_, _, Some(_)) => return Err(Problem::of("bad_request").detail("The header Host is given twice.")),
            (Some(authority), ..) => authority.as_str(),
            (None, Some(host), None) => host.to_str().unwrap_or_default(),
            (None, None, None) if request.version() < Version::HTTP_11 => return Ok(()),
            (None, None, None) => return Err(Problem::of("bad_request").detail("The header Host is missing.")),
        };
        let named = without_port(named).to_ascii_lowercase();
        let alike = is_loopback_host(&named) && is_loopback_host(&self.host);
        if named == self.host || alike {
            Ok(())
        } else {
            Err(Problem::of("wrong_host"))
        }
    }
}

fn without_port(authority: &str) -> &str {
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => authority.split(':').next().unwrap_or(authority),
    }
}

/// What counts as one caller: an IPv4 address, or the /64 that an IPv6 site owns.
fn network(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(four) => u128::from(four.to_bits()),
        IpAddr::V6(six) => six.to_bits() & !u128::from(u64::MAX),
    }
}
