//! Statements about sites, lists and fields.

use super::{Dialect, Row, Statement, number};
use crate::model::{Field, FieldId, FieldOwner, List, ListId, Site, SiteId, User, fold};

pub(crate) const SELECT_USERS: &str = "SELECT id, login, title, email FROM users ORDER BY id";
pub(crate) const SELECT_SITES: &str = "SELECT id, guid, path, title, description, created FROM sites";
pub(crate) const SELECT_LISTS: &str = "SELECT id, site_id, guid, title, url_name, entity_type_name, view_name, \
     description, created, modified, editor_id, version, shape, strict, closed, settings FROM lists";
pub(crate) const SELECT_FIELDS: &str =
    "SELECT list_id, id, guid, internal_name, definition FROM fields ORDER BY list_id, id";
pub(crate) const SELECT_COLUMNS: &str =
    "SELECT site_id, id, guid, internal_name, definition FROM site_columns ORDER BY site_id, id";
const SELECT_STATE: &str =
    "SELECT list_id, item_count, last_seq, last_modified, last_deleted FROM list_states WHERE list_id = ";

/// A new site.
pub(crate) fn insert_site(dialect: &dyn Dialect, site: &Site) -> Statement {
    let mut sql =
        Statement::new("INSERT INTO sites (guid, path, path_key, title, description, created) VALUES (");
    sql.bind_all(
        dialect,
        [
            site.guid.to_string().into(),
            site.path.as_str().into(),
            fold(site.path.as_str()).into(),
            site.title.as_str().into(),
            site.description.as_str().into(),
            site.created.unix().into(),
        ],
    );
    sql.push(") RETURNING id");
    sql
}

/// A site's row after a change of its title or description.
pub(crate) fn update_site(dialect: &dyn Dialect, site: &Site) -> Statement {
    let mut sql = Statement::new("UPDATE sites SET title = ");
    sql.bind(dialect, site.title.as_str());
    sql.push(", description = ").bind(dialect, site.description.as_str());
    sql.push(" WHERE id = ").bind(dialect, site.id.0);
    sql
}

/// A new user.
pub(crate) fn insert_user(dialect: &dyn Dialect, user: &User) -> Statement {
    let mut sql =
        Statement::new("INSERT INTO users (login, title, email, login_key, title_key, email_key) VALUES (");
    sql.bind_all(
        dialect,
        [
            user.login.as_str().into(),
            user.title.as_str().into(),
            user.email.as_str().into(),
            fold(&user.login).into(),
            fold(&user.title).into(),
            fold(&user.email).into(),
        ],
    );
    sql.push(") RETURNING id");
    sql
}

/// A new list.
pub(crate) fn insert_list(dialect: &dyn Dialect, list: &List) -> Statement {
    let mut sql = Statement::new(
        "INSERT INTO lists (site_id, guid, title, title_key, url_name, url_key, entity_type_name, view_name, \
         description, created, modified, editor_id, version, shape, strict, closed, settings) VALUES (",
    );
    sql.bind_all(
        dialect,
        [
            list.site.0.into(),
            list.guid.to_string().into(),
            list.title.as_str().into(),
            fold(&list.title).into(),
            list.url_name.as_str().into(),
            fold(&list.url_name).into(),
            list.entity_type_name.as_str().into(),
            list.view_name.as_str().into(),
            list.description.as_str().into(),
            list.created.unix().into(),
            list.modified.unix().into(),
            list.editor.0.into(),
            number(list.version).into(),
            list.shape.into(),
            list.strict.name().into(),
            i64::from(list.closed).into(),
            settings(list).into(),
        ],
    );
    sql.push(") RETURNING id");
    sql
}

/// A new list's state.
pub(crate) fn insert_state(dialect: &dyn Dialect, list: &List) -> Statement {
    let mut sql = Statement::new(
        "INSERT INTO list_states (list_id, next_id, item_count, last_seq, last_modified, last_deleted) VALUES (",
    );
    let created = list.created.unix();
    sql.bind_all(dialect, [list.id.0.into(), 1.into(), 0.into(), 0.into(), created.into(), created.into()]);
    sql.push(")");
    sql
}

/// A list's row after a change of its settings or fields.
pub(crate) fn update_list(dialect: &dyn Dialect, list: &List) -> Statement {
    let mut sql = Statement::new("UPDATE lists SET title = ");
    sql.bind(dialect, list.title.as_str()).push(", title_key = ").bind(dialect, fold(&list.title));
    sql.push(", description = ").bind(dialect, list.description.as_str());
    sql.push(", modified = ").bind(dialect, list.modified.unix());
    sql.push(", editor_id = ").bind(dialect, list.editor.0);
    sql.push(", version = ").bind(dialect, number(list.version));
    sql.push(", shape = ").bind(dialect, list.shape);
    sql.push(", strict = ").bind(dialect, list.strict.name());
    sql.push(", closed = ").bind(dialect, i64::from(list.closed));
    sql.push(", settings = ").bind(dialect, settings(list));
    sql.push(" WHERE id = ").bind(dialect, list.id.0);
    sql
}

/// Deletes a list's rows in one table of the catalog.
pub(crate) fn delete_of_list(dialect: &dyn Dialect, list: ListId) -> Vec<Statement> {
    [
        "DELETE FROM fields WHERE list_id = ",
        "DELETE FROM views WHERE list_id = ",
        "DELETE FROM list_states WHERE list_id = ",
        "DELETE FROM changes WHERE list_id = ",
        "DELETE FROM released_keys WHERE list_id = ",
        "DELETE FROM grants WHERE list_id = ",
        "DELETE FROM overwrites WHERE list_id = ",
        "DELETE FROM lists WHERE id = ",
    ]
    .into_iter()
    .map(|text| {
        let mut sql = Statement::new(text);
        sql.bind(dialect, list.0);
        sql
    })
    .collect()
}

/// A list's state.
pub(crate) fn select_state(dialect: &dyn Dialect, list: ListId) -> Statement {
    let mut sql = Statement::new(SELECT_STATE);
    sql.bind(dialect, list.0);
    sql
}

/// A new field of a list.
pub(crate) fn insert_field(dialect: &dyn Dialect, list: ListId, field: &Field) -> Statement {
    insert_into(
        dialect,
        "INSERT INTO fields (list_id, guid, internal_name, definition) VALUES (",
        list.0,
        field,
    )
}

/// A new column of a site.
pub(crate) fn insert_column(dialect: &dyn Dialect, site: SiteId, column: &Field) -> Statement {
    const INTO: &str = "INSERT INTO site_columns (site_id, guid, internal_name, definition) VALUES (";
    insert_into(dialect, INTO, site.0, column)
}

fn insert_into(dialect: &dyn Dialect, into: &str, owner: i64, field: &Field) -> Statement {
    let mut sql = Statement::new(into);
    sql.bind_all(
        dialect,
        [
            owner.into(),
            field.guid.to_string().into(),
            field.internal_name.as_str().into(),
            definition(field).into(),
        ],
    );
    sql.push(") RETURNING id");
    sql
}

/// A field's row after a change.
pub(crate) fn update_field(dialect: &dyn Dialect, owner: &FieldOwner, field: &Field) -> Statement {
    let mut sql = Statement::new(match owner {
        FieldOwner::List(_) => "UPDATE fields SET definition = ",
        FieldOwner::Site(_) => "UPDATE site_columns SET definition = ",
    });
    sql.bind(dialect, definition(field)).push(" WHERE id = ").bind(dialect, field.id.0);
    sql
}

/// Deletes a field's row.
pub(crate) fn delete_field(dialect: &dyn Dialect, owner: &FieldOwner, field: FieldId) -> Statement {
    let mut sql = Statement::new(match owner {
        FieldOwner::List(_) => "DELETE FROM fields WHERE id = ",
        FieldOwner::Site(_) => "DELETE FROM site_columns WHERE id = ",
    });
    sql.bind(dialect, field.0);
    sql
}

fn settings(list: &List) -> String {
    serde_json::to_string(&list.settings).unwrap_or_default()
}

fn definition(field: &Field) -> String {
    serde_json::to_string(field).unwrap_or_default()
}

/// The columns of a row by position; what is missing or of another type is an error of ours.
pub(crate) struct Columns {
    row: std::vec::IntoIter<super::Value>,
}

impl Columns {
    pub(crate) fn new(row: Row) -> Self {
        Self { row: row.into_iter() }
    }

    pub(crate) fn integer(&mut self) -> Result<i64, crate::StoreError> {
        match self.row.next() {
            Some(super::Value::Integer(i)) => Ok(i),
            other => Err(unexpected("a whole number", other.as_ref())),
        }
    }

    pub(crate) fn text(&mut self) -> Result<String, crate::StoreError> {
        match self.row.next() {
            Some(super::Value::Text(t)) => Ok(t),
            other => Err(unexpected("a text", other.as_ref())),
        }
    }

    pub(crate) fn blob(&mut self) -> Result<Vec<u8>, crate::StoreError> {
        match self.row.next() {
            Some(super::Value::Blob(b)) => Ok(b),
            other => Err(unexpected("bytes", other.as_ref())),
        }
    }

    pub(crate) fn optional<T>(
        &mut self,
        get: impl FnOnce(&mut Self) -> Result<T, crate::StoreError>,
    ) -> Result<Option<T>, crate::StoreError> {
        if matches!(self.row.as_slice().first(), Some(super::Value::Null)) {
            self.row.next();
            return Ok(None);
        }
        get(self).map(Some)
    }

    /// The remaining values, as keys.
    pub(crate) fn keys(self) -> Vec<crate::model::Key> {
        self.row.map(Into::into).collect()
    }
}

fn unexpected(what: &str, found: Option<&super::Value>) -> crate::StoreError {
    crate::StoreError::Internal(format!("{what} was expected in a row, and found was {found:?}"))
}
