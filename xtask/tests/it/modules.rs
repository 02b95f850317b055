//! Rules of tidy on modules: circles and lines.

use xtask::tidy::{File, circles, lines};

use crate::tidy::{file, finds};

/// The circles in a crate with these files under `src`.
fn circles_of(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<File> = files
        .iter()
        .map(|(path, text)| file(&format!("crates/x/src/{path}"), *text))
        .collect();
    circles(&files)
}

#[test]
fn two_files_using_each_other_are_a_circle() {
    for (a, b) in [
        ("use crate::b::B;", "use crate::a::A;"),
        ("use super::b::B;", "fn f(_: super::a::A) {}"),
        ("use crate::{b::{self}};", "use crate::{c, a as other};"),
        (
            "fn f() { crate::b::g(); }",
            "fn g() { assert!(crate::a::f() == 1); }",
        ),
        (
            "use crate::b; fn f() { b::g(); }",
            "impl crate::a::A for B {}",
        ),
        ("pub use crate::b::B;", "pub(crate) use crate::a::A;"),
        ("use crate::b::*;", "mod inner { use super::super::a::A; }"),
    ] {
        let found = circles_of(&[
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", a),
            ("b.rs", b),
            ("c.rs", ""),
        ]);
        finds(
            &found,
            &["x: a circle of 2 files: a.rs, b.rs: a.rs -> b.rs by `"],
        );
    }
}

#[test]
fn path_through_an_imported_module_leads_below_it() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        (
            "a.rs",
            "use crate::b as short; fn f() { short::c::g(); g!(short::d::g()) }",
        ),
        ("b/mod.rs", "mod c; mod d;"),
        ("b/c.rs", "use crate::a::A;"),
        ("b/d.rs", "use crate::a::A;"),
    ];
    finds(
        &circles_of(&files),
        &["x: a circle of 3 files: a.rs, b/c.rs, b/d.rs: "],
    );
}

#[test]
fn circle_names_the_shortest_way_around() {
    let files = [
        ("lib.rs", "mod a; mod b; mod c; mod d;"),
        ("a.rs", "use crate::b::B;"),
        ("b.rs", "use crate::c::C;"),
        ("c.rs", "use crate::a::A; use crate::d::D;"),
        ("d.rs", ""),
    ];
    let way = "x: a circle of 3 files: a.rs, b.rs, c.rs: \
        a.rs -> b.rs by `crate::b::B` -> c.rs by `crate::c::C` -> a.rs by `crate::a::A`";
    finds(&circles_of(&files), &[way]);
}

#[test]
fn parent_and_child_using_each_other_are_a_circle() {
    let child = ("a/b.rs", "use super::A; struct B(A);");
    for parent in [
        "mod b; pub struct A; fn f(_: b::B) {}",
        "mod b; use b::B; pub struct A;",
        "mod b; pub struct A; impl From<self::b::B> for A {}",
    ] {
        let found = circles_of(&[("lib.rs", "mod a;"), ("a/mod.rs", parent), child]);
        finds(&found, &["x: a circle of 2 files: a/b.rs, a/mod.rs: "]);
    }
}

#[test]
fn declarations_and_reexports_are_no_circle() {
    let files = [
        (
            "lib.rs",
            "//! X.\npub mod a; pub use a::{A, B}; pub(crate) use crate::a::b::C;",
        ),
        (
            "a/mod.rs",
            "mod b; pub use b::B; pub struct A(pub(in crate::a) u8);",
        ),
        (
            "a/b.rs",
            "use super::A; use crate::A as Other; pub struct B(A, Other, std::a::b::X);",
        ),
    ];
    finds(&circles_of(&files), &[]);
}

#[test]
fn visibility_path_is_no_use() {
    let files = [
        ("lib.rs", "mod a;"),
        ("a/mod.rs", "mod b; fn f(_: b::B) {}"),
        ("a/b.rs", "pub(in super) struct B(pub(in crate::a) u8);"),
    ];
    finds(&circles_of(&files), &[]);
}

#[test]
fn tests_are_not_part_of_a_circle() {
    let files = [
        (
            "lib.rs",
            "mod a; mod b; #[cfg(test)] mod tests; #[cfg(all(test, unix))] mod c;",
        ),
        (
            "a.rs",
            "use crate::b::B; #[cfg(test)] mod tests { use crate::c::C; } #[cfg(test)] use crate::tests::T;",
        ),
        (
            "b.rs",
            "#[cfg(test)] mod tests { use crate::a::A; } #[cfg(test)] impl crate::a::A {}",
        ),
        ("c.rs", "use crate::a::A;"),
        ("tests/mod.rs", "use crate::a::A;"),
    ];
    finds(&circles_of(&files), &[]);
}

#[test]
fn each_target_has_its_own_modules() {
    let files = [
        ("lib.rs", "mod a;"),
        ("main.rs", "mod b;"),
        ("a.rs", "use crate::b::B;"),
        ("b.rs", "use crate::a::A;"),
        ("bin/tool.rs", "mod part; use part::P; pub struct T;"),
        ("bin/part.rs", "use super::T;"),
    ];
    finds(
        &circles_of(&files),
        &["x: a circle of 2 files: bin/part.rs, bin/tool.rs"],
    );
}

#[test]
fn lines_are_counted_by_crate_and_kind() {
    let code =
        "//! A.\n\nfn f() {}\n\n#[cfg(test)]\nmod tests {\n    fn g() {\n    }\n}\n\nfn h() {}\n";
    let files = [
        file("crates/huaweicloud-core/src/lib.rs", code),
        file("crates/huaweicloud-core/src/a/tests.rs", "1\n2\n"),
        file("crates/huaweicloud-core/tests/it/main.rs", "1\n"),
        file(
            "crates/huaweicloud-iam/src/lib.rs",
            "#[cfg(test)]\nmod tests;\n#[cfg(test)]\nuse x;\n",
        ),
        file("crates/huaweicloud-iam/src/tests/mod.rs", "1\n2\n3\n"),
        file(
            "crates/huaweicloud-iam/src/generated/mod.rs",
            "1\n2\n3\n4\n",
        ),
        file("crates/huaweicloud-iam/README.md", "1\n"),
        file("xtask/src/main.rs", "1\n"),
    ];
    let lines = lines(&files).into_iter();
    let words = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    assert_eq!(
        words.collect::<Vec<_>>(),
        [
            "huaweicloud-core code 6 tests 7 generated 0",
            "huaweicloud-iam code 4 tests 3 generated 4",
            "xtask code 1 tests 0 generated 0",
            "core+iam+dcs code 10",
        ]
    );
}
