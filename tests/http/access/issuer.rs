//! An issuer of JWTs: its keys, its tokens, and a tiny server that gives its keys out.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use matchlist_tests::{Options, Server};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::reach::run;

pub(super) const ISSUER: &str = "https://id.example.test";
pub(super) const AUDIENCE: &str = "matchlist";

/// A key that signs tokens.
pub(super) struct Key {
    pub(super) id: &'static str,
    pub(super) algorithm: Algorithm,
    pub(super) pair: KeyPair,
}

impl Key {
    pub(super) fn elliptic(id: &'static str) -> Key {
        let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        Key { id, algorithm: Algorithm::ES256, pair }
    }

    pub(super) fn rsa(id: &'static str) -> Key {
        let pair = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
        Key { id, algorithm: Algorithm::RS256, pair }
    }

    pub(super) fn signer(&self) -> EncodingKey {
        let pem = self.pair.serialize_pem();
        match self.algorithm {
            Algorithm::ES256 => EncodingKey::from_ec_pem(pem.as_bytes()).unwrap(),
            _ => EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap(),
        }
    }

    /// The public half, as a set has it.
    pub(super) fn public(&self) -> Value {
        let jwk = Jwk::from_encoding_key(&self.signer(), self.algorithm).unwrap();
        let mut jwk = serde_json::to_value(jwk).unwrap();
        jwk["kid"] = json!(self.id);
        jwk["use"] = json!("sig");
        jwk
    }

    pub(super) fn header(&self) -> Header {
        Header { kid: Some(self.id.into()), ..Header::new(self.algorithm) }
    }

    pub(super) fn sign(&self, claims: &Value) -> String {
        self.sign_as(&self.header(), claims)
    }

    pub(super) fn sign_as(&self, header: &Header, claims: &Value) -> String {
        encode(header, claims, &self.signer()).unwrap()
    }
}

pub(super) fn set(keys: &[&Key]) -> String {
    json!({"keys": keys.iter().map(|key| key.public()).collect::<Vec<_>>()}).to_string()
}

pub(super) fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

/// The claims of a good token.
pub(super) fn claims(subject: &str) -> Value {
    json!({"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": now(), "exp": now() + 600})
}

/// The claims of a good token with one that is another; `null` leaves it out.
pub(super) fn claims_but(name: &str, value: Value) -> Value {
    let mut claims = claims("ann");
    match value {
        Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
        value => claims[name] = value,
    }
    claims
}

/// A file of keys.
pub(super) struct KeyFile(TempDir);

impl KeyFile {
    pub(super) fn of(keys: &[&Key]) -> KeyFile {
        let file = KeyFile(tempfile::tempdir().unwrap());
        file.put(&set(keys));
        file
    }

    pub(super) fn path(&self) -> PathBuf {
        self.0.path().join("keys.json")
    }

    /// Replaces the file as a whole, as tools that rotate keys do.
    pub(super) fn put(&self, text: &str) {
        let next = self.0.path().join("next");
        std::fs::write(&next, text).unwrap();
        std::fs::rename(next, self.path()).unwrap();
    }
}

/// A server that takes the tokens of the issuer whose keys are there, and lets everyone read.
pub(super) fn server(keys: &str, more: &[&str]) -> Server {
    let options = ["--jwt-issuer", ISSUER, "--jwt-audience", AUDIENCE, "--jwt-keys", keys];
    let server = Server::start(Options::on_disk().with(&options).with(more));
    run(&server, &["user", "grant", "everyone", "read", "/"]);
    server
}

/// What a tiny server answers, and how often it was asked.
pub(super) struct KeyServer {
    pub(super) address: SocketAddr,
    state: Arc<Mutex<(String, usize)>>,
}

impl KeyServer {
    /// Answers each request with this head and this body.
    pub(super) fn start(answer: &str) -> KeyServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new((answer.to_owned(), 0)));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let _ = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).count();
                let answer = {
                    let mut state = shared.lock().unwrap();
                    state.1 += 1;
                    state.0.clone()
                };
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        KeyServer { address, state }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/keys", self.address)
    }

    pub(super) fn answer(&self, answer: &str) {
        self.state.lock().unwrap().0 = answer.to_owned();
    }

    pub(super) fn asked(&self) -> usize {
        self.state.lock().unwrap().1
    }
}

/// An answer with a body, which ends the connection.
pub(super) fn reply(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}Connection: close\r\n\r\n{body}", body.len())
}
