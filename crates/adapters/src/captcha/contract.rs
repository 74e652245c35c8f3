//! What both services' adapters must do, over loopback TCP.

use std::sync::Arc;

use platform::ports::{Captcha, Humanity};

use super::simulator::{Fault, Simulator};
use super::{Recaptcha, Site, Turnstile};
use crate::Unfit;
use crate::loopback::{self, Served};
use crate::transport::Transport;

#[derive(Clone, Copy, Debug)]
enum Service {
    Turnstile,
    Recaptcha,
}

const BOTH: [Service; 2] = [Service::Turnstile, Service::Recaptcha];

fn make(service: Service, site: Site) -> Result<Arc<dyn Captcha>, Unfit> {
    let transport = Transport::loopback().unwrap();
    Ok(match service {
        Service::Turnstile => Arc::new(Turnstile::try_new(site, transport)?),
        Service::Recaptcha => Arc::new(Recaptcha::try_new(site, transport)?),
    })
}

fn site(base_url: String, secret: &str) -> Site {
    let hostnames = vec!["northwind.example".to_owned(), "saffron.example".to_owned()];
    Site {
        base_url,
        site_key: "public".to_owned(),
        secret: secret.to_owned(),
        hostnames,
        test_mode: false,
    }
}

async fn pair(service: Service, secret: &str) -> (Arc<dyn Captcha>, Simulator, Served) {
    let simulator = Simulator::new("s3cret");
    let served = loopback::serve_on_any_port(simulator.router()).await.unwrap();
    (make(service, site(served.url(), secret)).unwrap(), simulator, served)
}

const VISITOR: Option<std::net::IpAddr> = Some(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));

#[tokio::test]
async fn a_token_passes_once() {
    for service in BOTH {
        let (captcha, simulator, _served) = pair(service, "s3cret").await;
        let token = simulator.issue("northwind.example", "sign_up", 0.9);
        assert_eq!(
            captcha.verify(&token, "sign_up", VISITOR).await,
            Humanity::Human,
            "{service:?}"
        );
        if let Service::Recaptcha = service {
            assert_eq!(captcha.verify(&token, "sign_up", VISITOR).await, Humanity::NotShown);
        }
    }
}

#[tokio::test]
async fn a_token_of_another_site_or_another_form_does_not_pass() {
    for service in BOTH {
        let (captcha, simulator, _served) = pair(service, "s3cret").await;
        let elsewhere = simulator.issue("evil.example", "sign_up", 0.9);
        let other_form = simulator.issue("saffron.example", "reset_password", 0.9);
        for token in [elsewhere, other_form] {
            assert_eq!(
                captcha.verify(&token, "sign_up", VISITOR).await,
                Humanity::NotShown,
                "{service:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_low_score_does_not_pass_at_recaptcha() {
    let (captcha, simulator, _served) = pair(Service::Recaptcha, "s3cret").await;
    let token = simulator.issue("northwind.example", "sign_up", 0.3);
    assert_eq!(captcha.verify(&token, "sign_up", VISITOR).await, Humanity::NotShown);
}

#[tokio::test]
async fn an_invented_token_does_not_pass_and_an_empty_one_is_not_even_asked_about() {
    for service in BOTH {
        let (captcha, simulator, _served) = pair(service, "s3cret").await;
        assert_eq!(
            captcha.verify("made-up&secret=x", "sign_up", None).await,
            Humanity::NotShown
        );
        assert_eq!(simulator.calls(), 1);
        for token in [String::new(), "x".repeat(5000)] {
            assert_eq!(captcha.verify(&token, "sign_up", None).await, Humanity::NotShown);
        }
        assert_eq!(simulator.calls(), 1);
    }
}

#[tokio::test]
async fn without_a_clear_answer_nobody_passes() {
    for service in BOTH {
        let (captcha, simulator, served) = pair(service, "s3cret").await;
        for fault in [Fault::Down, Fault::Garbage] {
            simulator.set_fault(fault);
            let token = simulator.issue("northwind.example", "sign_up", 0.9);
            assert_eq!(
                captcha.verify(&token, "sign_up", VISITOR).await,
                Humanity::Unknown,
                "{service:?} {fault:?}"
            );
        }
        let (wrong, _, _other) = pair(service, "guess").await;
        assert_eq!(
            wrong.verify("token-1", "sign_up", VISITOR).await,
            Humanity::Unknown,
            "our key is wrong, not the visitor"
        );
        drop(served);
        assert_eq!(captcha.verify("token-1", "sign_up", VISITOR).await, Humanity::Unknown);
    }
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_and_turnstile_remembers_it() {
    let (captcha, simulator, _served) = pair(Service::Turnstile, "s3cret").await;
    simulator.set_fault(Fault::LosesAnswer);
    let token = simulator.issue("northwind.example", "sign_up", 0.9);
    assert_eq!(captcha.verify(&token, "sign_up", VISITOR).await, Humanity::Human);
    assert_eq!(simulator.calls(), 2);
}

#[tokio::test]
async fn published_dummy_secrets_are_for_test_mode_only() {
    let dummies = [
        (
            Service::Turnstile,
            "1x0000000000000000000000000000000AA",
            Humanity::Human,
        ),
        (
            Service::Turnstile,
            "2x0000000000000000000000000000000AA",
            Humanity::NotShown,
        ),
        (
            Service::Turnstile,
            "3x0000000000000000000000000000000AA",
            Humanity::NotShown,
        ),
        (
            Service::Recaptcha,
            "6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe",
            Humanity::Unknown,
        ), // unknown to the simulator
    ];
    let served = loopback::serve_on_any_port(Simulator::new("s3cret").router())
        .await
        .unwrap();
    for (service, secret, expected) in dummies {
        let mut site = site(served.url(), secret);
        assert!(
            make(service, site.clone()).is_err_and(|unfit| unfit.0.contains("dummy")),
            "{secret}"
        );
        site.test_mode = true;
        let captcha = make(service, site).unwrap();
        assert_eq!(
            captcha.verify("XXXX.DUMMY.TOKEN.XXXX", "sign_up", VISITOR).await,
            expected,
            "{secret}"
        );
    }
}

#[test]
fn a_secret_is_not_sent_over_plain_http_and_some_host_must_be_ours() {
    for service in BOTH {
        assert!(make(service, site("http://captcha.example".to_owned(), "s")).is_err());
        let homeless = Site {
            hostnames: vec![],
            ..site("https://captcha.example".to_owned(), "s")
        };
        assert!(make(service, homeless).is_err());
    }
}

#[test]
fn the_policy_of_a_page_lets_the_script_in_and_what_it_opens() {
    for service in BOTH {
        let widget = make(service, site("https://captcha.example".to_owned(), "s"))
            .unwrap()
            .widget()
            .unwrap();
        let script = widget.script.unwrap();
        let lets_in = |directive: &str, url: &str| {
            let mut sources = widget.sources.iter();
            sources.any(|(own, source)| *own == directive && url.starts_with(source))
        };
        assert!(lets_in("script-src", &script), "{service:?}: {script}");
        let origin = script.split('/').take(3).collect::<Vec<_>>().join("/");
        assert!(lets_in("frame-src", &format!("{origin}/recaptcha/")), "{service:?}");
        assert!(widget.sources.iter().all(|(_, source)| source.starts_with("https://")));
    }
}
