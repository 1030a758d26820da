import * as l10n from '@vscode/l10n';
import { freeAnswerName } from '../answerName';

/** A variable of the template that stands for one or more of the prompt file. */
export interface FileVariable {
  readonly name: string;
  /** What a person reads where the value is asked for. */
  readonly placeholder?: string;
}

/** What VS Code fills in itself, by the name that a column of rows gets for it. */
const ofEditor: Readonly<Record<string, string>> = {
  selection: 'selection',
  selectedText: 'selection',
  file: 'file',
  fileBasename: 'fileBasename',
  fileDirname: 'fileDirname',
  fileBasenameNoExtension: 'fileBasenameNoExtension',
  workspaceFolder: 'workspaceFolder',
  workspaceFolderBasename: 'workspaceFolderBasename',
};

const input = /^input:([^:]+)(?::([\s\S]*))?$/;

/** The variables of a prompt file as it is read from the top: what was read once keeps its name. */
export class FileVariables {
  private readonly byWritten = new Map<string, FileVariable>();

  constructor(private readonly notCarried: string[]) {}

  /**
   * The variable that `${inner}` stands for.
   * @returns nothing for what VS Code leaves in the text, too
   */
  read(inner: string): FileVariable | undefined {
    const [, asked, placeholder] = input.exec(inner) ?? [];
    if (asked !== undefined) return this.keep(`input:${asked.trim()}`, wordOf(asked), placeholder?.trim());
    const name = Object.hasOwn(ofEditor, inner) ? ofEditor[inner]! : undefined;
    const written = `\${${inner}}`;
    if (name === undefined) {
      this.notCarried.push(l10n.t`${written}, which is no variable of prompt files, stays in the text as it is.`);
      return undefined;
    }
    const variable = this.keep(name, name);
    this.notCarried.push(
      l10n.t`${written}, which VS Code takes from the editor: here each row has it in a column "${variable.name}".`,
    );
    return variable;
  }

  /** In the order in which they were read. */
  all(): readonly FileVariable[] {
    return [...this.byWritten.values()];
  }

  private keep(written: string, wanted: string, placeholder?: string): FileVariable {
    const known = this.byWritten.get(written);
    const name = known?.name ?? freeAnswerName([wanted], new Set(this.all().map((each) => each.name)));
    // One place may say what is asked for where another only names it.
    const variable = { ...known, name, ...(placeholder && !known?.placeholder && { placeholder }) };
    this.byWritten.set(written, variable);
    return variable;
  }
}

/** A name in letters that a template's variable may have. */
function wordOf(written: string): string {
  const word = written
    .trim()
    .replace(/[^\p{L}\p{N}_]+/gu, '_')
    .replace(/^_+|_+$/g, '');
  return word === '' ? 'input' : /^\p{N}/u.test(word) ? `input_${word}` : word;
}
