//! Finds modules that use each other in a circle: they cannot be read, tested or moved separately.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, File as Syntax, Item, ItemMod, ItemUse, Macro, Meta, UseTree, Visibility,
    visit_mut::{self, VisitMut},
};

use super::File;

/// Each file, by the path of its module from the crate's root.
type Modules<'a> = BTreeMap<Vec<String>, &'a str>;

/// The files that each file uses, each with one path that proves it.
type Edges<'a> = BTreeMap<&'a str, BTreeMap<&'a str, String>>;

/// Whether a file holds only tests, by its name or its folder's.
pub(super) fn is_test_file(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs")
}

/// Finds the files of each crate that use each other in a circle, with the shortest way around.
///
/// A file uses another by a path that leads into it, in a `use` or in code. Tests, `mod` declarations, and re-exports by `pub use` in a
/// `mod.rs` or `lib.rs` do not count.
#[must_use]
pub fn circles(files: &[File]) -> Vec<String> {
    let texts: BTreeMap<&str, &str> = files
        .iter()
        .map(|file| (file.path.as_str(), file.text.as_str()))
        .collect();
    let mut problems = BTreeSet::new();
    for root in texts.keys().filter(|path| is_root(path)) {
        let mut krate = Crate::default();
        krate.load(&texts, root, Vec::new());
        let edges = krate.edges();
        for circle in components(&edges) {
            problems.insert(describe(root, &circle, &edges));
        }
    }
    problems.into_iter().collect()
}

fn is_root(path: &str) -> bool {
    let is_target = |(_, name): (&str, &str)| {
        matches!(name, "lib.rs" | "main.rs")
            || name
                .strip_prefix("bin/")
                .is_some_and(|name| !name.contains('/'))
    };
    path.split_once("/src/").is_some_and(is_target)
}

/// The files of one target of a crate.
#[derive(Default)]
struct Crate<'a> {
    modules: Modules<'a>,
    /// Each file with the path of its module.
    files: Vec<(&'a str, Vec<String>, Syntax)>,
}

impl<'a> Crate<'a> {
    /// Reads a file and the files of its modules. Skips files that do not parse: they do not compile either.
    fn load(&mut self, texts: &BTreeMap<&'a str, &'a str>, path: &str, module: Vec<String>) {
        let Some((&path, text)) = texts.get_key_value(path) else {
            return;
        };
        let Ok(syntax) = syn::parse_file(text) else {
            return;
        };
        let (folder, name) = path.rsplit_once('/').unwrap_or_default();
        let folder = match name {
            "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
            _ if module.is_empty() => folder.to_owned(),
            _ => path.trim_end_matches(".rs").to_owned(),
        };
        self.declare(texts, path, &folder, &module, &syntax.items);
        self.files.push((path, module, syntax));
    }

    fn declare(
        &mut self,
        texts: &BTreeMap<&'a str, &'a str>,
        path: &'a str,
        folder: &str,
        module: &[String],
        items: &[Item],
    ) {
        self.modules.insert(module.to_vec(), path);
        for item in items {
            let Item::Mod(ItemMod {
                ident,
                content,
                attrs,
                ..
            }) = item
            else {
                continue;
            };
            if is_for_tests(attrs) {
                continue;
            }
            let name = ident.to_string();
            let below = format!("{folder}/{name}");
            let module = [module, &[name]].concat();
            if let Some((_, items)) = content {
                self.declare(texts, path, &below, &module, items);
            } else {
                self.load(texts, &format!("{below}.rs"), module.clone());
                self.load(texts, &format!("{below}/mod.rs"), module);
            }
        }
    }

    fn edges(mut self) -> Edges<'a> {
        let mut edges = Edges::new();
        for (path, module, mut syntax) in std::mem::take(&mut self.files) {
            let mut uses = Uses {
                modules: &self.modules,
                hands_on: path.ends_with("/mod.rs") || path.ends_with("/lib.rs"),
                module,
                aliases: BTreeMap::new(),
                found: BTreeMap::new(),
            };
            uses.visit_file_mut(&mut syntax);
            uses.found.remove(path);
            edges.insert(path, uses.found);
        }
        edges
    }
}

/// Collects the files that one file uses.
struct Uses<'m, 'a> {
    modules: &'m Modules<'a>,
    /// Whether `pub use` only re-exports, in this file.
    hands_on: bool,
    /// The module being visited.
    module: Vec<String>,
    /// Modules imported by `use`, by their name in this file.
    aliases: BTreeMap<String, Vec<String>>,
    found: BTreeMap<&'a str, String>,
}

impl Uses<'_, '_> {
    /// Records the file that a path leads into. Returns the module's path if the path names a module.
    fn note(&mut self, path: &[String]) -> Option<Vec<String>> {
        let (first, mut rest) = path.split_first()?;
        let mut at = match first.as_str() {
            "crate" => Vec::new(),
            "self" | "super" => self.module.clone(),
            name => match self.aliases.get(name) {
                Some(module) => module.clone(),
                None => [self.module.as_slice(), std::slice::from_ref(first)].concat(),
            },
        };
        if first == "super" {
            at.pop()?;
        }
        while let Some(("super", below)) = rest.split_first().map(|(it, rest)| (it.as_str(), rest))
        {
            at.pop()?;
            rest = below;
        }
        let mut file = *self.modules.get(&at)?;
        while let Some((name, below)) = rest.split_first() {
            at.push(name.clone());
            let Some(found) = self.modules.get(&at) else {
                break;
            };
            file = found;
            rest = below;
        }
        self.found.entry(file).or_insert_with(|| path.join("::"));
        rest.is_empty().then_some(at)
    }

    fn note_use(&mut self, tree: &UseTree, prefix: &[String]) {
        let (name, alias) = match tree {
            UseTree::Path(path) => {
                let prefix = [prefix, &[path.ident.to_string()]].concat();
                return self.note_use(&path.tree, &prefix);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.note_use(tree, prefix);
                }
                return;
            }
            UseTree::Name(name) => (name.ident.to_string(), name.ident.to_string()),
            UseTree::Rename(rename) => (rename.ident.to_string(), rename.rename.to_string()),
            UseTree::Glob(_) => {
                self.note(prefix);
                return;
            }
        };
        // `use a::{self}` is `use a`.
        let (path, alias) = match (name.as_str(), prefix.last()) {
            ("self", Some(last)) => (prefix.to_vec(), last.clone()),
            _ => ([prefix, std::slice::from_ref(&name)].concat(), alias),
        };
        if let Some(module) = self.note(&path) {
            self.aliases.insert(alias, module);
        }
    }

    /// Records the paths in the arguments of a macro, which are bare tokens.
    fn note_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => {
                    colons += 1;
                }
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.note_long(&path);
                        path.clear();
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                other => {
                    self.note_long(&path);
                    path.clear();
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.note_tokens(group.stream());
                    }
                }
            }
        }
        self.note_long(&path);
    }

    /// A single name is a variable or was imported by `use`.
    fn note_long(&mut self, path: &[String]) {
        if path.len() > 1 {
            self.note(path);
        }
    }
}

impl VisitMut for Uses<'_, '_> {
    fn visit_item_mut(&mut self, item: &mut Item) {
        if !attributes(item).is_some_and(is_for_tests) {
            visit_mut::visit_item_mut(self, item);
        }
    }

    fn visit_item_mod_mut(&mut self, item: &mut ItemMod) {
        if item.content.is_some() {
            self.module.push(item.ident.to_string());
            let aliases = std::mem::take(&mut self.aliases);
            visit_mut::visit_item_mod_mut(self, item);
            self.aliases = aliases;
            self.module.pop();
        }
    }

    fn visit_item_use_mut(&mut self, item: &mut ItemUse) {
        let is_private = matches!(item.vis, Visibility::Inherited);
        if item.leading_colon.is_none() && (is_private || !self.hands_on) {
            self.note_use(&item.tree, &[]);
        }
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        if path.leading_colon.is_none() {
            let names = path.segments.iter().map(|it| it.ident.to_string());
            let names: Vec<String> = names.collect();
            self.note_long(&names);
        }
        visit_mut::visit_path_mut(self, path);
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        self.visit_path_mut(&mut mac.path);
        self.note_tokens(mac.tokens.clone());
    }

    /// `pub(in crate::a)` is not a use.
    fn visit_visibility_mut(&mut self, _: &mut Visibility) {}
}

fn attributes(item: &Item) -> Option<&[Attribute]> {
    Some(match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => return None,
    })
}

/// Whether an item is compiled only for tests: `cfg(test)` or `cfg(all(test, ..))`.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            let words = list.tokens.to_string().replace(' ', "");
            words == "test" || words.starts_with("all(test,")
        }
        _ => false,
    })
}

/// The sets of two or more files that all lead to each other.
fn components<'a>(edges: &Edges<'a>) -> BTreeSet<Vec<&'a str>> {
    let leads = |from: &&'a str, to: &&'a str| way(edges, from, to).is_some();
    edges
        .keys()
        .map(|file| {
            let others = edges.keys();
            let circle = others.filter(|it| it == &file || leads(file, it) && leads(it, file));
            circle.copied().collect::<Vec<_>>()
        })
        .filter(|circle| circle.len() > 1)
        .collect()
}

/// The shortest way from one file to another, without the first.
fn way<'a>(edges: &Edges<'a>, from: &str, to: &str) -> Option<Vec<&'a str>> {
    let mut open = VecDeque::from([(from, Vec::new())]);
    let mut seen = BTreeSet::new();
    while let Some((at, way)) = open.pop_front() {
        for next in edges.get(at).into_iter().flat_map(BTreeMap::keys) {
            if seen.insert(*next) {
                let way = [way.as_slice(), &[*next]].concat();
                if *next == to {
                    return Some(way);
                }
                open.push_back((next, way));
            }
        }
    }
    None
}

fn describe(root: &str, circle: &[&str], edges: &Edges<'_>) -> String {
    let (folder, _) = root.split_once("/src/").unwrap_or_default();
    let short = |path: &str| {
        path.trim_start_matches(folder)
            .trim_start_matches("/src/")
            .to_owned()
    };
    let names: Vec<String> = circle.iter().map(|path| short(path)).collect();
    let ways = circle
        .iter()
        .filter_map(|file| Some((*file, way(edges, file, file)?)));
    let shortest = ways.min_by_key(|(_, way)| way.len());
    let mut steps = Vec::new();
    if let Some((mut at, way)) = shortest {
        steps.push(short(at));
        for next in way {
            steps.push(format!("{} by `{}`", short(next), edges[at][next]));
            at = next;
        }
    }
    format!(
        "{}: a circle of {} files: {}: {}",
        folder.rsplit('/').next().unwrap_or_default(),
        circle.len(),
        names.join(", "),
        steps.join(" -> ")
    )
}
