//! Methods, real and tunnelled.

/// What a request asks for, after `X-HTTP-Method` was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Head,
    Post,
    /// MERGE or PATCH: the values that are given are set, the others left.
    Merge,
    Put,
    Delete,
    Options,
    /// None that any resource has.
    Other(String),
}

impl Method {
    /// Reads the method of the request line and the value of `X-HTTP-Method`, which counts on POST only.
    pub(crate) fn parse(line: &str, tunnelled: Option<&str>) -> Self {
        match (Self::named(line), tunnelled) {
            (Self::Post, Some(name)) => Self::named(name),
            (method, _) => method,
        }
    }

    fn named(name: &str) -> Self {
        match name.to_ascii_uppercase().as_str() {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            "MERGE" | "PATCH" => Self::Merge,
            "PUT" => Self::Put,
            "DELETE" => Self::Delete,
            "OPTIONS" => Self::Options,
            other => Self::Other(other.chars().take(32).collect()),
        }
    }

    /// Whether it only reads.
    pub(crate) const fn is_safe(&self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options)
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Merge => "MERGE",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Other(name) => name,
        }
    }
}
