// Collects the sentences that can be translated from the sources: node media/l10n/collectSentences.mjs
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const repository = fileURLToPath(new URL('../..', import.meta.url));
/** English, the sentences by themselves. */
const english = fileURLToPath(new URL('bundle.l10n.json', import.meta.url));

/** Paths of all sources of the product, relative to the repository. */
export function sourceFiles() {
  return ['src', 'webview'].flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
      .sort(),
  );
}

/** The syntax tree of a source, with parents. @param path relative to the repository */
export function syntaxTree(path) {
  return ts.createSourceFile(path, readFileSync(join(repository, path), 'utf8'), ts.ScriptTarget.ES2022, true);
}

/** Whether a node is the `l10n.t` of a call or in front of a template. */
function isTranslating(node) {
  return ts.isPropertyAccessExpression(node) && node.expression.getText() === 'l10n' && node.name.text === 't';
}

/** Whether a node is a sentence that is translated: a template with `l10n.t` in front. */
export function isTranslated(node) {
  return ts.isTaggedTemplateExpression(node) && isTranslating(node.tag);
}

/** The English sentence of a translated template, its places numbered: `The file {0} has no rows.` */
export function keyOf({ template }) {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text;
  return template.templateSpans.reduce((key, { literal }, i) => `${key}{${i}}${literal.text}`, template.head.text);
}

/** The places of a sentence as @vscode/l10n finds them, in order. */
export function placesOf(sentence) {
  return [...sentence.matchAll(/{([^}]+)}/g)].map(([, place]) => place).filter((place) => /^\d+$/.test(place));
}

/**
 * The sentences of a source.
 * @returns their nodes and keys
 * @throws Error where `l10n.t` stands otherwise than in front of a template, or a brace before a place hides it
 */
export function sentencesIn(tree) {
  const found = [];
  const refuse = (node, why) => {
    const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
    throw new Error(`${tree.fileName}:${line + 1}: ${why}`);
  };
  const visit = (node) => {
    if (isTranslated(node)) {
      const key = keyOf(node);
      const places = node.template.templateSpans?.length ?? 0;
      if (placesOf(key).length !== places) refuse(node, 'braces in front of a place belong to what is put there');
      found.push({ node, key });
    } else if (isTranslating(node) && !isTranslated(node.parent))
      refuse(node, 'the sentence stands behind l10n.t, in a template of its own');
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** The sentences of some sources, each once, in the order of their letters. */
export function collectSentences(paths) {
  return [...new Set(paths.flatMap((path) => sentencesIn(syntaxTree(path)).map(({ key }) => key)))].sort();
}

/** A bundle as its file holds it, a sentence a line. @param sentences texts by the English sentence */
export function bundleText(sentences) {
  return `${JSON.stringify(Object.fromEntries(sentences), null, 2)}\n`;
}

/** Brings the English bundle up to date, and takes from the others what is said no longer. */
function writeBundles() {
  const keys = collectSentences(sourceFiles());
  writeFileSync(english, bundleText(keys.map((key) => [key, key])));
  console.log(`${keys.length} sentences.`);
  for (const name of readdirSync(join(english, '..')).filter((each) => /^bundle\.l10n\..+\.json$/.test(each))) {
    const path = join(english, '..', name);
    const texts = new Map(Object.entries(JSON.parse(readFileSync(path, 'utf8'))));
    const kept = keys.filter((key) => texts.has(key));
    writeFileSync(path, bundleText(kept.map((key) => [key, texts.get(key)])));
    for (const gone of [...texts.keys()].filter((key) => !keys.includes(key))) console.log(`${name}: removed ${gone}`);
    console.log(`${name}: ${keys.length - kept.length} are not translated.`);
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) writeBundles();
