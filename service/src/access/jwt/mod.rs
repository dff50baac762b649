//! Bearer tokens that another server issues: JWTs (RFC 7519), read as RFC 8725 and RFC 9068 say. What a
//! token says of itself chooses nothing: issuer, audience, algorithms and keys are the server's.

mod keys;
mod source;

pub(crate) use jsonwebtoken::Algorithm;
pub(crate) use source::KeySource;

use std::sync::Arc;

use jsonwebtoken::{Header, Validation, decode, decode_header};
use odata::Timestamp;
use serde_json::{Map, Value};

use super::{AccessError, Identity, Proof, Voucher, gate::Identified};
use source::Keys;

/// How long a token may be, in bytes.
const LONGEST: usize = 16 * 1024;

/// An issuer whose tokens are taken.
#[derive(Clone)]
pub(crate) struct Issuer {
    name: String,
    audience: Vec<String>,
    algorithms: Vec<Algorithm>,
    /// The claim that names the user.
    login: String,
    /// How many seconds its clock may be off.
    skew: u32,
    keys: Arc<Keys>,
}

/// What a server knows of its issuer.
pub(crate) struct IssuerConfig {
    pub(crate) name: String,
    pub(crate) audience: Vec<String>,
    pub(crate) algorithms: Vec<Algorithm>,
    pub(crate) login: String,
    pub(crate) skew: u32,
    pub(crate) keys: KeySource,
}

/// Why a token is refused. It is for the log: who forges one learns nothing.
#[derive(Debug, thiserror::Error)]
enum JwtError {
    #[error("it is longer than {LONGEST} bytes")]
    TooLong,
    #[error("{}", words(.0))]
    Jwt(#[from] jsonwebtoken::errors::Error),
    #[error("its algorithm is not one of --jwt-algorithm")]
    Algorithm,
    #[error("its header has {0}, which is not taken")]
    Header(&'static str),
    #[error("no key of the issuer has its key id and signs so, or several do")]
    Key,
    #[error("its claim {0} is missing, or not such as it must be")]
    Claim(String),
}

/// What the library says, without what stands in the token: a log is read by people and programs.
fn words(error: &jsonwebtoken::errors::Error) -> String {
    use jsonwebtoken::errors::ErrorKind;
    match error.kind() {
        ErrorKind::Json(_) | ErrorKind::Base64(_) | ErrorKind::Utf8(_) => "it cannot be read".into(),
        kind => format!("{kind:?}"),
    }
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issuer").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Issuer {
    /// Reads the issuer's keys.
    ///
    /// # Errors
    /// Where they are to be in a file and are not.
    pub(crate) fn new(config: IssuerConfig) -> anyhow::Result<Self> {
        let mut algorithms = config.algorithms;
        if algorithms.is_empty() {
            algorithms = vec![Algorithm::RS256, Algorithm::ES256];
        }
        Ok(Self {
            name: config.name,
            audience: config.audience,
            algorithms,
            login: config.login,
            skew: config.skew,
            keys: Keys::open(config.keys)?,
        })
    }

    /// Whether the keys should be read again before a token is looked at. Then the caller does it, where it
    /// may take time.
    pub(super) fn wants_keys(&self, token: &str) -> bool {
        let Ok(header) = self.header(token) else { return false };
        let is_known = self.keys.set().find(header.kid.as_deref(), header.alg).is_some();
        self.keys.is_due(is_known)
    }

    /// Reads the keys again; takes time.
    pub(crate) fn read_keys(&self) {
        self.keys.read_again();
    }

    /// Tells for whom the issuer vouches.
    pub(super) fn identify(&self, token: &str) -> Result<Identified, AccessError> {
        self.read(token).map_err(|why| {
            tracing::info!(%why, "a JWT is refused");
            AccessError::BadCredentials
        })
    }

    /// The header, whose parts that would choose how to check it are refused.
    fn header(&self, token: &str) -> Result<Header, JwtError> {
        if token.len() > LONGEST {
            return Err(JwtError::TooLong);
        }
        let header = decode_header(token)?;
        if !self.algorithms.contains(&header.alg) {
            return Err(JwtError::Algorithm);
        }
        if header.crit.is_some() {
            return Err(JwtError::Header("crit"));
        }
        if header.zip.is_some() || header.enc.is_some() {
            return Err(JwtError::Header("zip or enc"));
        }
        let kind = header.typ.as_deref().unwrap_or("JWT").to_ascii_lowercase();
        match kind.strip_prefix("application/").unwrap_or(&kind) {
            "jwt" | "at+jwt" => Ok(header),
            _ => Err(JwtError::Header("another typ than JWT and at+jwt")),
        }
    }

    fn read(&self, token: &str) -> Result<Identified, JwtError> {
        let header = self.header(token)?;
        let keys = self.keys.set();
        let key = keys.find(header.kid.as_deref(), header.alg).ok_or(JwtError::Key)?;
        let mut validation = Validation::new(header.alg);
        validation.leeway = self.skew.into();
        validation.validate_nbf = true;
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.set_issuer(&[&self.name]);
        validation.set_audience(&self.audience);
        let claims = decode::<Map<String, Value>>(token, key, &validation)?.claims;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        // The library takes a list of issuers, too.
        if text("iss") != Some(&self.name) {
            return Err(JwtError::Claim("iss".into()));
        }
        let is_checked = match claims.get("email_verified") {
            Some(Value::Bool(is_checked)) => Some(*is_checked),
            Some(other) => Some(other.as_str() == Some("true")),
            None => None,
        };
        let login = text(&self.login).ok_or_else(|| JwtError::Claim(self.login.clone()))?;
        if self.login == "email" && is_checked == Some(false) {
            return Err(JwtError::Claim("email_verified".into()));
        }
        let identity = Identity {
            by: Voucher::Issuer,
            login: login.to_owned(),
            name: text("name").map(str::to_owned),
            // Whoever may write any address into a claim would be taken for its owner.
            email: text("email").filter(|_| is_checked == Some(true)).map(str::to_owned),
        };
        let ends = claims.get("exp").and_then(|exp| exp.as_i64().or_else(|| Some(exp.as_f64()? as i64)));
        let ends = ends.and_then(|exp| Timestamp::from_unix(exp.checked_add(self.skew.into())?));
        let ends = ends.ok_or_else(|| JwtError::Claim("exp".into()))?;
        Ok(Identified::Named(identity, Proof::Issued(ends)))
    }
}
