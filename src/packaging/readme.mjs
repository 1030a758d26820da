// README as a package shows it, where a relative address leads nowhere.
import { readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

const link = /(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\((?!\w+:|#)([^)\s]+)\)/g;

/**
 * Pictures go into the text itself, since VS Code shows those of a README only from the network or from there; other
 * addresses lead into the repository.
 * @param repository address of the sources
 * @param platform that the package is for; what the universal one lacks is said at the top
 */
export function packedReadme(path, repository, platform) {
  const text = readFileSync(path, 'utf8').replace(link, (_, picture, words, address) => {
    const shown = picture ? asData(join(dirname(path), address)) : `${repository}/blob/HEAD/${address}`;
    return `${picture}[${words}](${shown})`;
  });
  return platform === 'universal' ? text.replace(/^(# .*\n)/, `$1\n${lacking}\n`) : text;
}

const lacking =
  '> **This is the package for platforms without a runtime.** It has no ONNX Runtime, so that no model runs on this ' +
  'machine: nothing can be trained, and a model can only be measured where it runs elsewhere (`model: openai:NAME` ' +
  'and the like). Writing, checking and previewing templates, and looking at runs, work. Packages with a runtime are ' +
  'there for Linux (x64, arm64), macOS (Apple silicon) and Windows (x64, arm64).';

function asData(path) {
  const type = { '.webp': 'image/webp', '.png': 'image/png' }[extname(path)];
  if (!type) throw new Error(`${path} is no picture that a README may show.`);
  return `data:${type};base64,${readFileSync(path).toString('base64')}`;
}
