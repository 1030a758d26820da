import * as l10n from '@vscode/l10n';
import { Failure, type SourceLocation } from '../failure';
import type { FailureCode } from '../failureCodes';

/** What names a data file and says how it is read, in the words of who wrote it. */
export interface FileNaming {
  /** As what says something of a file: `tune.data`, `--predictions`, `INPUT`. */
  readonly name: string;
  /** As what a mapping of a file is behind: `--predictions`, `as INPUT`; undefined in a template. */
  readonly before?: string;
}

const template: FileNaming = { name: 'tune.data' };
export const asPredictions: FileNaming = { name: '--predictions', before: '--predictions' };
export const asInput = (): FileNaming => ({ name: 'INPUT', before: l10n.t`as INPUT` });

const mapping = "'{ file: …, … }'";

/** What lists columns: `tune.data`, or the mapping that a command is given. */
export const mappingOf = ({ name, before }: FileNaming): string => (before === undefined ? name : `${name} ${mapping}`);

/** Where a mapping is written: `--predictions '{ file: …, … }'`. */
export const mappingBehind = (before: string): string => `${before} ${mapping}`;

interface Said {
  readonly message: string;
  readonly remedy: string;
}

/** A failure to read a data file, whose sentences name what names the file. */
export class NamedFileFailure extends Failure {
  /** @param say what it says; a template names the file unless {@link asChosenFile} says otherwise */
  constructor(
    code: FailureCode,
    private readonly say: (naming: FileNaming) => Said,
    location: SourceLocation,
    private readonly naming = template,
  ) {
    const { message, remedy } = say(naming);
    super(code, message, location, remedy);
  }

  override at(location: SourceLocation): Failure {
    return new NamedFileFailure(this.code, this.say, { ...location, ...this.location }, this.naming);
  }

  namedBy(naming: FileNaming): Failure {
    return new NamedFileFailure(this.code, this.say, this.location, naming);
  }
}

/** What reading data says of a file that no template names. */
export const asChosenFile = (error: unknown, naming: FileNaming): unknown =>
  error instanceof NamedFileFailure ? error.namedBy(naming) : error;
