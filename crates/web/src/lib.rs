//! The edge: who calls, at which tenant, in which language; problems, pages, forms, lists, limits.
//!
//! A room writes handlers against what is exported here and hands its routes over in a [`Module`]; [`router`] puts all
//! of them into one layer that no request goes around. Nothing here knows a trade, and nothing here speaks SQL.

pub mod answers;
mod app;
pub mod assets;
mod body;
pub mod captcha;
pub mod charts;
mod config;
mod context;
mod cookies;
mod csrf;
mod csv;
mod download;
mod edge;
mod error;
mod etag;
mod fields;
mod headers;
mod health;
mod json_guard;
mod limits;
mod lists;
pub mod messages;
mod meters;
mod module;
mod once;
mod openapi;
mod origin;
mod other_contexts;
pub mod page;
mod ports;
mod problem;
mod request;
mod router;
mod shell;
pub mod testing;
pub mod theme;
mod trace;
pub mod ui;
mod upload;

pub use answers::{Live, LiveEvent, See, local_path};
pub use app::{App, Parts};
pub use body::{Form, Json, MAX_BODY, Path, Query, TryForm};
pub use config::{CookieSecurity, LimitConfig, Pace, WebConfig};
pub use context::{Ctx, Customer, Staff};
pub use cookies::{Audience, SessionCookie};
pub use csv::Csv;
pub use download::Download;
pub use error::{Error, Result};
pub use etag::{IfMatch, Tagged};
pub use fields::Fields;
pub use headers::LooserCsp;
pub use health::{Check, metrics_router};
pub use limits::{Budget, Limits};
pub use lists::{ListAsk, Listed, Sort};
pub use module::{
    Count, Erase, EventInfo, MailInfo, Module, NavEntry, PermissionInfo, PersonalData, Section, SettingInfo,
};
pub use once::{Nothing, Once};
pub use openapi::{DOCUMENT, problem_schema};
pub use other_contexts::{LinkCtx, LinkPurpose, OperatorCtx, OwnHost, Visit};
pub use ports::{Authenticate, Caller, Hosts, LinkGrant, Site, UserSummary};
pub use problem::{FieldBody, ProblemBody, ProblemView};
pub use request::{RequestInfo, RouteKind};
pub use router::{drain, openapi_document, router};
pub use shell::{BareFrame, Frame};
pub use upload::{FileKind, MAX_UPLOAD, Upload, UploadedFile};
pub use utoipa_axum::router::OpenApiRouter;
pub use utoipa_axum::routes;
