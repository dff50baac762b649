-- Sites, lists, fields, items' change rows, replays. Each list's items have a table of their own,
-- items_<list id>, made with the list.

CREATE TABLE users (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    login     TEXT NOT NULL,
    title     TEXT NOT NULL,
    email     TEXT NOT NULL,
    -- Folded to one case, for filters and orders.
    login_key TEXT NOT NULL UNIQUE,
    title_key TEXT NOT NULL,
    email_key TEXT NOT NULL
) STRICT;

INSERT INTO users (id, login, title, email, login_key, title_key, email_key)
VALUES (1, 'i:0#.f|matchlist|local', 'Local owner', '', 'i:0#.f|matchlist|local', 'local owner', '');

CREATE TABLE sites (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    guid        TEXT NOT NULL UNIQUE,
    path        TEXT NOT NULL,
    path_key    TEXT NOT NULL UNIQUE,
    title       TEXT NOT NULL,
    description TEXT NOT NULL,
    created     INTEGER NOT NULL
) STRICT;

CREATE TABLE lists (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    site_id          INTEGER NOT NULL REFERENCES sites (id),
    guid             TEXT NOT NULL UNIQUE,
    title            TEXT NOT NULL,
    title_key        TEXT NOT NULL,
    url_name         TEXT NOT NULL,
    url_key          TEXT NOT NULL,
    entity_type_name TEXT NOT NULL,
    view_name        TEXT NOT NULL UNIQUE,
    description      TEXT NOT NULL,
    created          INTEGER NOT NULL,
    modified         INTEGER NOT NULL,
    editor_id        INTEGER NOT NULL,
    version          INTEGER NOT NULL,
    shape            INTEGER NOT NULL,
    strict           TEXT NOT NULL,
    -- Whether the site's rights to read and contribute do not hold in the list.
    closed           INTEGER NOT NULL,
    settings         TEXT NOT NULL,
    UNIQUE (site_id, title_key),
    UNIQUE (site_id, url_key)
) STRICT;

-- What each write to a list's items changes, apart from the list's settings.
CREATE TABLE list_states (
    list_id       INTEGER PRIMARY KEY REFERENCES lists (id) ON DELETE CASCADE,
    next_id       INTEGER NOT NULL,
    item_count    INTEGER NOT NULL,
    last_seq      INTEGER NOT NULL,
    last_modified INTEGER NOT NULL,
    last_deleted  INTEGER NOT NULL
) STRICT;

CREATE TABLE fields (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    list_id       INTEGER NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
    guid          TEXT NOT NULL,
    internal_name TEXT NOT NULL,
    definition    TEXT NOT NULL,
    UNIQUE (list_id, internal_name)
) STRICT;

-- Each list has one default view.
CREATE TABLE views (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    list_id    INTEGER NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
    guid       TEXT NOT NULL UNIQUE,
    is_default INTEGER NOT NULL,
    definition TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX default_views ON views (list_id) WHERE is_default = 1;

-- The columns of sites, each with the same definition as a list's field. Lists do not refer to them.
CREATE TABLE site_columns (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    site_id       INTEGER NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    guid          TEXT NOT NULL,
    internal_name TEXT NOT NULL,
    definition    TEXT NOT NULL,
    UNIQUE (site_id, guid),
    UNIQUE (site_id, internal_name)
) STRICT;

-- One row a write; times in milliseconds. fields is a JSON array of InternalNames.
CREATE TABLE changes (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    list_id   INTEGER NOT NULL,
    item_id   INTEGER NOT NULL,
    version   INTEGER NOT NULL,
    kind      INTEGER NOT NULL,
    fields    TEXT NOT NULL,
    at        INTEGER NOT NULL,
    editor_id INTEGER NOT NULL
) STRICT;

CREATE INDEX changes_by_item ON changes (list_id, item_id, version);

-- For each value of a field that is or was unique, and that an item gave up, by deletion or by change, the
-- greatest version that an item had under it: a later item of that value begins above, so that no tag seen
-- there fits it. By the field's InternalName, as addresses have it: a field that is made anew goes on.
CREATE TABLE released_keys (
    list_id INTEGER NOT NULL,
    field   TEXT NOT NULL,
    key     TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (list_id, field, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE replays (
    caller_id INTEGER NOT NULL,
    id        TEXT NOT NULL,
    digest    BLOB NOT NULL,
    reply     BLOB NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (caller_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX replays_by_age ON replays (at);

-- Secrets that callers show are kept as SHA-256, passwords as argon2's PHC strings. Times in seconds.

-- grants is JSON, or null: what the user may do. A token that was revoked stays, to tell what it was.
CREATE TABLE tokens (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint BLOB NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    user_id     INTEGER NOT NULL REFERENCES users (id),
    grants      TEXT,
    created     INTEGER NOT NULL,
    expires     INTEGER,
    revoked     INTEGER,
    last_used   INTEGER
) STRICT;

CREATE TABLE sessions (
    fingerprint BLOB PRIMARY KEY,
    user_id     INTEGER NOT NULL REFERENCES users (id),
    created     INTEGER NOT NULL,
    expires     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE passwords (
    user_id INTEGER PRIMARY KEY REFERENCES users (id),
    hash    TEXT NOT NULL
) STRICT;

CREATE TABLE blocked_users (
    user_id INTEGER PRIMARY KEY REFERENCES users (id)
) STRICT;

-- user_id 0 is everyone who has signed in. Either site_id or list_id is 0.
CREATE TABLE grants (
    user_id INTEGER NOT NULL,
    site_id INTEGER NOT NULL,
    list_id INTEGER NOT NULL,
    right   TEXT NOT NULL,
    PRIMARY KEY (user_id, site_id, list_id)
) STRICT, WITHOUT ROWID;

-- One row: the secret of request digests and cookies.
CREATE TABLE server (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    secret BLOB NOT NULL
) STRICT;

-- Which callers overwrite items without saying what version they saw. kind is '*' or 'none'.
CREATE TABLE overwrites (
    list_id    INTEGER NOT NULL,
    caller_id  INTEGER NOT NULL,
    user_agent TEXT NOT NULL,
    kind       TEXT NOT NULL,
    count      INTEGER NOT NULL,
    first      INTEGER NOT NULL,
    last       INTEGER NOT NULL,
    PRIMARY KEY (list_id, caller_id, user_agent, kind)
) STRICT, WITHOUT ROWID;
