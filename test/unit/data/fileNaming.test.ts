import { describe, expect, it } from 'vitest';
import { asChosenFile, asInput, asPredictions, NamedFileFailure } from '../../../src/data/fileNaming';
import { formatOf } from '../../../src/data/format';
import { Failure, withLocation } from '../../../src/failure';

function failureOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing failed');
}

describe('a failure to read a data file', () => {
  const found = () => failureOf(() => formatOf('rows.jsonl', { columns: ['a'] }));
  const refused = () => failureOf(() => formatOf('rows.xlsx'));

  it('names what names the file', () => {
    const { message } = found() as Failure;
    expect(message).toBe('tune.data names columns for a JSON file, which has none.');
    expect(asChosenFile(found(), asPredictions)).toMatchObject({
      message: message.replace('tune.data', '--predictions'),
    });
    expect(asChosenFile(found(), asInput())).toMatchObject({ message: message.replace('tune.data', 'INPUT') });
  });

  it('says where the way it is read is written', () => {
    expect(refused()).toMatchObject({ remedy: expect.stringMatching(/the separator of its values in tune\.data\.$/) });
    expect(asChosenFile(refused(), asInput())).toMatchObject({
      remedy: expect.stringMatching(/the separator of its values beside the file: as INPUT '\{ file: …, … \}'\.$/),
    });
  });

  it('keeps its words where its location is completed', () => {
    const chosen = withLocation(asChosenFile(found(), asInput()), { line: 2 });
    expect(chosen).toBeInstanceOf(NamedFileFailure);
    expect(chosen).toMatchObject({
      message: expect.stringMatching(/^INPUT names/),
      location: { file: 'rows.jsonl', line: 2 },
    });
  });

  it('is no other failure, which stays as it is', () => {
    const other = new Failure('data-missing', 'The data path is not a file.');
    expect(asChosenFile(other, asInput())).toBe(other);
  });
});
