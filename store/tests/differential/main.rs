//! Filters and orders that are generated, each with two answers: the engine's, and that of plain loops written
//! from `docs/wire.md`. Seeds are fixed, so that every run asks the same.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may panic"))]

mod anything;
mod caml;
mod case;
mod dice;
mod values;
mod world;

use std::collections::BTreeSet;

use case::Case;
use dice::Dice;
use world::World;

const WORLDS: u64 = 8;
const CASES: usize = 1_100;

#[test]
fn the_engine_finds_what_plain_loops_find() {
    let answers = std::thread::scope(|scope| {
        let worlds: Vec<_> = (1..=WORLDS).map(|seed| scope.spawn(move || ask(seed))).collect();
        // A world that failed has printed why.
        worlds.into_iter().flat_map(|world| world.join().expect("a world failed")).collect::<Vec<_>>()
    });
    assert!(answers.len() >= 10_000);
    let by_caml = answers.iter().filter(|(by_caml, _)| *by_caml).count();
    assert!(by_caml >= 1_500, "only {by_caml} cases can be said in CAML");
    let answers: Vec<_> = answers.into_iter().map(|(_, ids)| ids).collect();
    // Most cases find some rows and not all, in an order of their own.
    let different = answers.iter().collect::<BTreeSet<_>>().len();
    assert!(different > answers.len() / 4, "{different} answers to {} cases are dull", answers.len());
}

/// All answers of one world, and whether CAML asked.
fn ask(seed: u64) -> Vec<(bool, Vec<i64>)> {
    let world = World::new(seed);
    let mut dice = Dice::new(seed);
    let mut answers = Vec::with_capacity(CASES);
    for _ in 0..CASES {
        let mut case = Case::new(&mut dice);
        // What CAML can say is asked in both ways.
        for in_caml in [false, true] {
            case.in_caml = in_caml;
            if in_caml && case.view_xml().is_none() {
                break;
            }
            let expected = case.expected(&world);
            if world.answer(&case) != expected {
                fail(&world, seed, case);
            }
            answers.push((in_caml, expected));
        }
    }
    answers
}

/// Shows the smallest case within a failing one that fails too.
fn fail(world: &World, seed: u64, mut case: Case) -> ! {
    let fails = |case: &Case| world.answer(case) != case.expected(world);
    while let Some(smaller) = case.smaller().into_iter().find(fails) {
        case = smaller;
    }
    let (found, expected) = (world.answer(&case), case.expected(world));
    let (in_one, in_other) = (found.iter().collect::<BTreeSet<_>>(), expected.iter().collect());
    let mut rows = &in_one ^ &in_other;
    if rows.is_empty() {
        rows = in_one;
    }
    let columns = case.columns();
    let mut told = String::new();
    for row in world.rows.iter().filter(|row| rows.contains(&row.id)) {
        let cells: Vec<_> =
            columns.iter().map(|column| format!("{column}: {:?}", row.cells[column])).collect();
        told += &format!("\n  {}: {}", row.id, cells.join(", "));
    }
    panic!("world {seed}: {case}\nfound    {found:?}\nexpected {expected:?}{told}");
}
