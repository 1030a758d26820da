// The licences of everything that a package hands on, in one text: packages in the bundles, the runtime, the model.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const texts = 'src/packaging/licences';
const runtime = 'node_modules/onnxruntime-node';
/** Packages that are handed on beside the bundles: the runtime, and a library that is read as a text. */
const beside = ['node_modules/@mlc-ai/web-xgrammar', runtime, 'node_modules/onnxruntime-common'];
const model = 'media/models/prompt-tuner-base';
const rule = `\n${'-'.repeat(80)}\n\n`;

/** Licences that ask for no more than to be handed on, by their SPDX names. */
const permissive = new Set(['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'CC0-1.0']);

/**
 * @param metafiles of esbuild, of the bundles that go into the package
 * @throws Error naming a package whose licence is not known to be permissive, or whose text is not at hand
 */
export function writtenNotices(metafiles) {
  const bundled = metafiles.flatMap(({ inputs }) => Object.keys(inputs)).flatMap((path) => packageFolder(path) ?? []);
  const packages = [...new Set([...bundled, ...beside])].sort();
  const licence = readFileSync(join(model, 'LICENSE'), 'utf8').trim();
  return [
    ...packages.map(noticeOf),
    `prompt-tuner-base, the embedded model: CC0-1.0\n\n${licence}\n`,
    thirdPartiesOfRuntime(),
  ].join(rule);
}

/** The folder of the package that a bundled file is of; none for a file of the product. */
export function packageFolder(path) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

/** @throws Error as {@link writtenNotices} */
export function noticeOf(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!isPermissive(license))
    throw new Error(`${name} ${version} is bundled, and its licence is not known to be permissive: ${license}.`);
  const own = readdirSync(folder)
    .filter((file) => /^(?:licen[cs]e|notice|copying)/i.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  const given = own.length > 0 ? own : [standardText(`${name} ${version}`, license, author?.name ?? author)];
  return `${[`${name} ${version}: ${license}`, ...given].join('\n\n')}\n`;
}

/** Whether an SPDX expression leaves a choice that is permissive. */
export function isPermissive(expression) {
  if (typeof expression !== 'string') return false;
  return expression
    .replace(/^\(|\)$/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => permissive.has(licence)));
}

/** The text of a licence, for a package that comes without it. */
function standardText(name, licence, author) {
  const file = join(texts, `${licence}.txt`);
  if (!existsSync(file)) throw new Error(`${name} comes without the text of its licence, ${licence}.`);
  const holder = author ? `Copyright (c) ${author}` : `Copyright (c) the authors of ${name.split(' ')[0]}`;
  return `${holder}\n\n${readFileSync(file, 'utf8').trim()}`;
}

/** What ONNX Runtime is made of, as its own packages say it; the one for Node.js comes without. */
function thirdPartiesOfRuntime() {
  const { version } = JSON.parse(readFileSync(join(runtime, 'package.json'), 'utf8'));
  const [own, others] = ['', '.thirdParty'].map((part) => join(texts, `onnxruntime-${version}${part}.txt`));
  if (!existsSync(own) || !existsSync(others))
    throw new Error(`The notices of ONNX Runtime ${version} are not in ${texts}: take them from its release.`);
  const [licence, parties] = [own, others].map((file) => readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim());
  return `ONNX Runtime ${version}: MIT\n\n${licence}\n\n${parties}\n`;
}
