//! A connection: opening it, binding values, decoding rows, and SQLite's errors in our words.

use std::{path::Path, sync::Arc, time::Duration};

use odata::{Timestamp, Uuid, Version, path::SitePath};
use rusqlite::{
    Connection, ErrorCode, OpenFlags,
    config::DbConfig,
    params_from_iter,
    types::{ToSqlOutput, ValueRef},
};

use crate::{
    Catalog, StoreError,
    apply::Transaction,
    model::{Field, FieldId, List, ListId, ListView, Site, SiteId, Strictness, User, UserId, ViewId},
    sql::{self, Columns, Dialect, Row, Statement, Value},
};

/// How long a statement's text may be that is kept prepared.
const LONG_TEXT: usize = 2_000;
/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 256;

/// Opens the connection that writes. The file may still be another program's: nothing is changed.
pub(super) fn open_writer(file: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(file).map_err(translate)?;
    prepare(&connection)?;
    Ok(connection)
}

/// Sets how the connection that writes commits.
pub(super) fn set_durability(connection: &Connection, temporary: bool) -> Result<(), StoreError> {
    connection.pragma_update(None, "journal_mode", "WAL").map_err(translate)?;
    let synchronous = if temporary { "OFF" } else { "FULL" };
    connection.pragma_update(None, "synchronous", synchronous).map_err(translate)
}

/// Opens a connection that only reads.
pub(super) fn open_reader(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(file, flags)
}

/// Settings that every connection has.
pub(super) fn prepare(connection: &Connection) -> Result<(), StoreError> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.busy_timeout(Duration::from_secs(5)).map_err(translate)?;
    // Plans that hang on bound values are made anew for each value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(translate)?;
    connection.pragma_update(None, "cache_size", -16_000).map_err(translate)
}

/// A connection within a transaction that its owner began.
pub(super) struct Session<'c>(pub(super) &'c Connection);

impl Transaction for Session<'_> {
    fn dialect(&self) -> &dyn Dialect {
        &sql::Sqlite
    }

    fn query(&mut self, sql: &Statement) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        self.query_while(sql, |row| {
            rows.push(row);
            Ok(true)
        })?;
        Ok(rows)
    }

    fn execute(&mut self, sql: &Statement) -> Result<usize, StoreError> {
        let mut statement = self.0.prepare_cached(&sql.text).map_err(translate)?;
        statement.execute(params_from_iter(&sql.params)).map_err(translate)
    }
}

impl Session<'_> {
    /// Runs a statement and hands its rows over, one by one, until one is the last that is wanted.
    pub(super) fn query_while(
        &self,
        sql: &Statement,
        take: impl FnMut(Row) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        // A query of many terms is hardly sent twice, and would keep its memory as long as it is kept.
        if sql.text.len() > LONG_TEXT {
            let mut statement = self.0.prepare(&sql.text).map_err(translate)?;
            return each_row(&mut statement, sql, take);
        }
        let mut statement = self.0.prepare_cached(&sql.text).map_err(translate)?;
        each_row(&mut statement, sql, take)
    }
}

fn each_row(
    statement: &mut rusqlite::Statement<'_>,
    sql: &Statement,
    mut take: impl FnMut(Row) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    let width = statement.column_count();
    let mut found = statement.query(params_from_iter(&sql.params)).map_err(translate)?;
    while let Some(row) = found.next().map_err(translate)? {
        let columns = (0..width).map(|i| row.get_ref(i).map_err(translate).and_then(decode));
        if !take(columns.collect::<Result<Row, _>>()?)? {
            break;
        }
    }
    Ok(())
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(i) => ValueRef::Integer(*i),
            Self::Real(r) => ValueRef::Real(*r),
            Self::Text(t) => ValueRef::Text(t.as_bytes()),
            Self::Blob(b) => ValueRef::Blob(b),
        }))
    }
}

fn decode(value: ValueRef<'_>) -> Result<Value, StoreError> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(i) => Value::Integer(i),
        ValueRef::Real(r) => Value::Real(r),
        ValueRef::Text(t) => {
            let text =
                str::from_utf8(t).map_err(|e| StoreError::Internal(format!("a text is broken: {e}")))?;
            Value::Text(text.to_owned())
        }
        ValueRef::Blob(b) => Value::Blob(b.to_vec()),
    })
}

/// SQLite's error in our words.
pub(super) fn translate(error: rusqlite::Error) -> StoreError {
    let rusqlite::Error::SqliteFailure(code, message) = &error else {
        let text = error.to_string();
        return if is_missing_table(&text) { StoreError::StaleCatalog } else { StoreError::Internal(text) };
    };
    let message = message.as_deref().unwrap_or_default();
    match code.code {
        ErrorCode::DiskFull => StoreError::DiskFull,
        // Another program holds the database, and did not let go while we waited.
        ErrorCode::DatabaseBusy => StoreError::Busy,
        ErrorCode::OperationInterrupted => StoreError::TooSlow,
        ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt => StoreError::Disk(error.to_string()),
        ErrorCode::ConstraintViolation => match violated_field(message) {
            Some(field) => StoreError::Duplicate { field },
            None => StoreError::Internal(error.to_string()),
        },
        _ if is_missing_table(message) => StoreError::StaleCatalog,
        _ => StoreError::Internal(error.to_string()),
    }
}

/// A list's table is dropped with it: the plan is of the time before.
fn is_missing_table(message: &str) -> bool {
    message.contains("no such table: items_")
}

/// `UNIQUE constraint failed: index 'items_7_Status'` names the field by its index.
fn violated_field(message: &str) -> Option<String> {
    let index = message.split_once("index 'items_")?.1.strip_suffix('\'')?;
    Some(index.split_once('_')?.1.to_owned())
}

/// Reads the whole catalog.
pub(super) fn load_catalog(connection: &Connection) -> Result<Catalog, StoreError> {
    let mut session = Session(connection);
    let mut all = |text: &str| session.query(&Statement::new(text));
    let mut catalog = Catalog::default();
    for row in all(sql::SELECT_USERS)? {
        let mut c = Columns::new(row);
        let (id, login, title, email) = (UserId(c.integer()?), c.text()?, c.text()?, c.text()?);
        catalog.put_user(Arc::new(User { id, login, title, email }));
    }
    let mut columns = all(sql::SELECT_COLUMNS)?.into_iter().map(field).collect::<Result<Vec<_>, _>>()?;
    for row in all(sql::SELECT_SITES)? {
        let mut c = Columns::new(row);
        let id = SiteId(c.integer()?);
        let own = columns.extract_if(.., |(site, _)| *site == id.0).map(|(_, column)| column).collect();
        catalog.put_site(Arc::new(Site {
            id,
            guid: guid(&c.text()?)?,
            path: SitePath::parse(&c.text()?).map_err(|e| StoreError::Internal(e.to_string()))?,
            title: c.text()?,
            description: c.text()?,
            created: time(c.integer()?),
            columns: own,
        }));
    }
    let mut fields = all(sql::SELECT_FIELDS)?.into_iter().map(field).collect::<Result<Vec<_>, _>>()?;
    let mut views = all(sql::SELECT_VIEWS)?.into_iter().map(view).collect::<Result<Vec<_>, _>>()?;
    for row in all(sql::SELECT_LISTS)? {
        let mut c = Columns::new(row);
        let id = ListId(c.integer()?);
        let own = fields.extract_if(.., |(list, _)| *list == id.0).map(|(_, field)| field).collect();
        catalog.put_list(Arc::new(List {
            id,
            site: SiteId(c.integer()?),
            guid: guid(&c.text()?)?,
            title: c.text()?,
            url_name: c.text()?,
            entity_type_name: c.text()?,
            view_name: c.text()?,
            description: c.text()?,
            created: time(c.integer()?),
            modified: time(c.integer()?),
            editor: UserId(c.integer()?),
            version: Version::new(c.integer()?.unsigned_abs()),
            shape: c.integer()?,
            strict: Strictness::from_name(&c.text()?).unwrap_or_default(),
            closed: c.integer()? != 0,
            settings: json(&c.text()?)?,
            fields: own,
            views: views.extract_if(.., |(list, _)| *list == id.0).map(|(_, view)| view).collect(),
        }));
    }
    for (kind, text) in sql::SELECT_ACCESS {
        for row in all(text)? {
            sql::put_access(catalog.access_mut(), kind, Columns::new(row))?;
        }
    }
    Ok(catalog)
}

/// A field, with the number of the list or site that it belongs to.
fn field(row: Row) -> Result<(i64, Arc<Field>), StoreError> {
    let mut c = Columns::new(row);
    let owner = c.integer()?;
    let (id, guid, internal_name) = (FieldId(c.integer()?), guid(&c.text()?)?, c.text()?);
    let definition: Field = json(&c.text()?)?;
    Ok((owner, Arc::new(Field { id, guid, internal_name, ..definition })))
}

/// A view, with the number of its list.
fn view(row: Row) -> Result<(i64, Arc<ListView>), StoreError> {
    let mut c = Columns::new(row);
    let list = c.integer()?;
    let (id, guid, is_default) = (ViewId(c.integer()?), guid(&c.text()?)?, c.integer()? != 0);
    let definition: ListView = json(&c.text()?)?;
    Ok((list, Arc::new(ListView { id, guid, is_default, ..definition })))
}

fn guid(text: &str) -> Result<Uuid, StoreError> {
    Uuid::try_parse(text).map_err(|e| StoreError::Internal(format!("a GUID cannot be read: {e}")))
}

fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::Internal(format!("the catalog cannot be read: {e}")))
}

fn time(unix: i64) -> Timestamp {
    Timestamp::from_unix(unix).unwrap_or(Timestamp::EPOCH)
}
