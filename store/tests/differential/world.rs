//! A world: an engine with lists of generated items, and the same items as plain cells.

use std::{
    collections::HashMap,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

use odata::{
    Preconditions, Timestamp, Uuid,
    caml::{PagingInfo, View},
    path::SitePath,
    query::{QueryOptions, SkipToken, Top},
};
use serde_json::{Map, Value, json};
use store::{
    Engine, ReadOutcome, WriteReply, Written,
    model::{Field, FieldKind, FieldOwner, Item, List, SiteId, Strictness, UserId},
    plan::{
        Action, Asked, ItemChange, ItemChangeKind, ItemTarget, ItemValues, ItemsQuery, NewItem, NewList,
        NewSite, ReadPlan, WritePlan,
    },
    sqlite::{Location, Options, Sqlite},
};

use crate::{
    case::Case,
    dice::Dice,
    values::{COLUMNS, Cell, FIELDS, Kind, several, value},
};

pub(crate) struct Row {
    pub(crate) id: i64,
    pub(crate) cells: HashMap<&'static str, Cell>,
}

pub(crate) struct World {
    engine: Sqlite,
    pub(crate) rows: Vec<Row>,
}

const SITES: usize = 12;
const ROWS: usize = 40;

/// Half a second later each time.
fn clock() -> i64 {
    static NOW: AtomicI64 = AtomicI64::new(1_714_550_400_000);
    NOW.fetch_add(500, Ordering::Relaxed)
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let engine = Sqlite::open(&Location::Temporary, Options { clock, ..Options::default() }).unwrap();
        let mut world = Self { engine, rows: Vec::new() };
        let mut dice = Dice::new(seed ^ 0xABCD);
        let (guid, path) = (Uuid::from_u128(seed.into()), SitePath::ROOT);
        world.write(Action::AddSite(NewSite {
            guid,
            path,
            title: "Home".into(),
            description: String::new(),
        }));
        for title in ["Sites", "Main"] {
            world.add_list(title, &mut dice);
        }
        let mut sites = HashMap::new();
        for _ in 0..SITES {
            let (mut body, mut cells) = world.values(&mut dice);
            let item = world.add("Sites", std::mem::take(&mut body));
            cells.insert("Created", Cell::Text(item.created.to_string()));
            sites.insert(item.id.0, cells);
        }
        for _ in 0..ROWS {
            world.add_row(&mut dice);
        }
        // What is gone is still referred to.
        for id in [2, 5] {
            world.delete("Sites", id);
            sites.remove(&id);
        }
        world.rows.retain(|row| row.id % 11 != 0);
        for id in (1..=i64::try_from(ROWS).unwrap()).filter(|id| id % 11 == 0) {
            world.delete("Main", id);
        }
        world.look_through(&sites);
        world
    }

    /// The Ids that the engine finds, page by page.
    pub(crate) fn answer(&self, case: &Case) -> Vec<i64> {
        let view = case.view_xml().filter(|_| case.in_caml);
        let view = view.map(|xml| View::parse(&xml).unwrap_or_else(|e| panic!("{case}: {e}")));
        let mut options = QueryOptions::parse(&case.query()).unwrap_or_else(|e| panic!("{case}: {e}"));
        let mut ids = Vec::new();
        loop {
            let catalog = self.engine.catalog();
            let query = match &view {
                None => ItemsQuery::resolve(&catalog, self.list("Main"), &options, Vec::new()),
                Some(view) => {
                    let (list, caller) = (&self.list("Main"), UserId::LOCAL_OWNER);
                    let asked = Asked { catalog: &catalog, list, caller, now: Timestamp::EPOCH };
                    let limit = Top::new(view.row_limit.unwrap().into()).unwrap();
                    ItemsQuery::resolve_view(&asked, view, limit, options.skip_token.clone(), Vec::new())
                }
            };
            let query = Arc::new(query.unwrap_or_else(|e| panic!("{case}: {e}")));
            let ReadOutcome::Page(page) = self.engine.read(&ReadPlan::Items(query.clone())).unwrap() else {
                panic!("no page")
            };
            ids.extend(page.items.iter().map(|item| item.id.0));
            assert!(ids.len() <= ROWS, "{case} leads on for ever: {ids:?}");
            let Some(keys) = page.next else { return ids };
            let token = query.token(page.items.last().unwrap(), &keys).to_string();
            options.skip_token = Some(match view {
                None => SkipToken::parse(&token).unwrap(),
                Some(_) => PagingInfo::parse(&token).unwrap().unwrap().token,
            });
        }
    }

    /// Whether a view makes sense; one that does is answered.
    pub(crate) fn answers(&self, xml: &str) -> bool {
        let (catalog, list, caller) = (self.engine.catalog(), self.list("Main"), UserId::LOCAL_OWNER);
        let now = Timestamp::from_unix(1_714_550_400).unwrap();
        let asked = Asked { catalog: &catalog, list: &list, caller, now };
        let view = View::parse(xml).unwrap_or_else(|e| panic!("{xml}: {e}"));
        let Ok(query) = ItemsQuery::resolve_view(&asked, &view, Top::DEFAULT, None, Vec::new()) else {
            return false;
        };
        let page = self.engine.read(&ReadPlan::Items(Arc::new(query)));
        assert!(matches!(page, Ok(ReadOutcome::Page(_))), "{xml}: {page:?}");
        true
    }

    fn list(&self, title: &str) -> Arc<List> {
        self.engine.catalog().all_lists().find(|list| list.title == title).unwrap().clone()
    }

    fn write(&self, action: Action) -> Written {
        let plan = WritePlan { caller: UserId::LOCAL_OWNER, repeat: None, action };
        match block_on(self.engine.write(plan)).unwrap() {
            WriteReply::Done(written) => written,
            WriteReply::Repeated(_) => panic!("it was done before"),
        }
    }

    /// A list with all fields, some of them with an index: that must not change what is found.
    fn add_list(&self, title: &str, dice: &mut Dice) {
        let new = NewList {
            guid: Uuid::from_u128(title.len() as u128),
            view: uuid::Uuid::new_v4(),
            title: title.into(),
            description: String::new(),
            strict: Strictness::Off,
            settings: Default::default(),
        };
        self.write(Action::AddList(SiteId(1), new));
        let field = |name: &str, kind: FieldKind, dice: &mut Dice| {
            let indexed = kind.is_comparable() && dice.once_in(2);
            let guid = guid_of(name);
            let field = Field { indexed, ..Field::new(guid, name.into(), name.into(), kind) };
            self.write(Action::AddField(FieldOwner::List(self.list(title)), field));
        };
        for (name, kind, number) in &FIELDS[1..] {
            let kind = match kind {
                Kind::Day => FieldKind::DateTime { date_only: true },
                _ => FieldKind::from_number(*number).unwrap(),
            };
            field(name, kind, dice);
        }
        if title == "Main" {
            let (sites, own) = (self.list("Sites").guid, self.list("Main").guid);
            let lookup =
                |list, multiple| FieldKind::Lookup { list, field: "Title".into(), multiple, primary: None };
            field("Site", lookup(sites, false), dice);
            let (field_shown, primary) = ("Count".to_owned(), Some(guid_of("Site")));
            let large = FieldKind::Lookup { list: sites, field: field_shown, multiple: false, primary };
            field("Large", large, dice);
            field("Sites", lookup(sites, true), dice);
            field("Parent", lookup(own, false), dice);
            field("Owner", FieldKind::from_number(20).unwrap(), dice);
        }
    }

    /// Values of the fields that both lists have.
    fn values(&self, dice: &mut Dice) -> (Map<String, Value>, HashMap<&'static str, Cell>) {
        let (mut body, mut cells) = (Map::new(), HashMap::new());
        for (name, kind, _) in FIELDS {
            let (sent, cell) = match kind {
                _ if dice.once_in(4) => (Value::Null, Cell::Null),
                Kind::Texts => several(dice, kind),
                _ => value(dice, kind),
            };
            let sent = if kind == Kind::Url && !sent.is_null() { json!({"Url": sent}) } else { sent };
            body.insert(name.into(), sent);
            cells.insert(name, cell);
        }
        (body, cells)
    }

    fn add(&self, list: &str, body: Map<String, Value>) -> Item {
        let list = self.list(list);
        let values = ItemValues::resolve(&list, &body).unwrap_or_else(|e| panic!("{body:?}: {e}"));
        let guid = Uuid::nil();
        match self.write(Action::AddItem(NewItem {
            list,
            guid,
            values,
            preconditions: Preconditions::default(),
        })) {
            Written::ItemAdded(_, item) => item,
            other => panic!("no item: {other:?}"),
        }
    }

    fn add_row(&mut self, dice: &mut Dice) {
        let (mut body, mut cells) = self.values(dice);
        let none = || (Value::Null, Cell::Null);
        let site = if dice.once_in(4) { none() } else { value(dice, Kind::Id) };
        let sites = if dice.once_in(4) { none() } else { several(dice, Kind::Ids) };
        let earlier = self.rows.len();
        let parent = if earlier == 0 || dice.once_in(3) {
            none()
        } else {
            let id = i32::try_from(1 + dice.below(earlier)).unwrap();
            (id.into(), Cell::Number(id.into()))
        };
        let owner = if dice.once_in(2) { none() } else { (1.into(), Cell::Number(1.0)) };
        cells.insert("LargeId", site.1.clone());
        for (name, (sent, cell)) in
            [("SiteId", site), ("SitesId", sites), ("ParentId", parent), ("OwnerId", owner)]
        {
            body.insert(name.into(), sent);
            cells.insert(name, cell);
        }
        let item = self.add("Main", body);
        cells.insert("Created", Cell::Text(item.created.to_string()));
        cells.insert("AuthorId", Cell::Number(1.0));
        cells.insert("Author/Title", Cell::Text("local owner".into()));
        cells.insert("Author/EMail", Cell::Null);
        self.rows.push(Row { id: item.id.0, cells });
    }

    /// Fills in what is seen one step away.
    fn look_through(&mut self, sites: &HashMap<i64, HashMap<&'static str, Cell>>) {
        let own: HashMap<i64, _> = self.rows.iter().map(|row| (row.id, row.cells.clone())).collect();
        #[expect(clippy::cast_possible_truncation, reason = "Ids are small")]
        let id = |cell: &Cell| if let Cell::Number(id) = cell { *id as i64 } else { 0 };
        for row in &mut self.rows {
            let (site, parent) = (sites.get(&id(&row.cells["SiteId"])), own.get(&id(&row.cells["ParentId"])));
            for (path, _) in COLUMNS {
                let found = match path.split_once('/') {
                    None | Some(("Author", _)) => continue,
                    Some((name, "Id")) => row.cells[format!("{name}Id").as_str()].clone(),
                    Some(("Site" | "Large", name)) => site.map_or(Cell::Null, |cells| cells[name].clone()),
                    Some(("Parent", name)) => parent.map_or(Cell::Null, |cells| cells[name].clone()),
                    Some(_) if row.cells["OwnerId"] == Cell::Null => Cell::Null,
                    Some(_) => Cell::Text("local owner".into()),
                };
                row.cells.insert(path, found);
            }
        }
    }

    fn delete(&self, list: &str, id: i64) {
        self.write(Action::ChangeItem(ItemChange {
            list: self.list(list),
            target: ItemTarget::Id(store::model::ItemId(id)),
            preconditions: Preconditions::default(),
            least_strict: Strictness::Off,
            kind: ItemChangeKind::Delete,
        }));
    }
}

/// The GUID of a field, by its name.
fn guid_of(name: &str) -> Uuid {
    Uuid::from_u128(name.bytes().fold(0, |number, byte| number * 256 + u128::from(byte)))
}

fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
