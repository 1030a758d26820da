import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkFiles } from '../../../../src/workspace/checkFiles';
import { chatReply, startEndpoint } from '../../../support/standIns/endpointServer';
import { dayTemplate, hostedFolder, labelOfRequest } from '../../../support/runs/hostedRun';

const knowing = () => startEndpoint(({ body }) => chatReply(labelOfRequest(body)));
const withData = (data: string) => dayTemplate().replace('{ test: rows.jsonl }', data);

describe('the data of a prompt whose model runs elsewhere', () => {
  it('may lack a label, of which the run says that its numbers say nothing', async () => {
    const server = await knowing();
    const { measure } = await hostedFolder(dayTemplate(), [
      ['sun', 'warm'],
      ['heat', 'warm'],
    ]);
    const { result, folder } = await measure({ baseURL: server.address });
    expect(result).toMatchObject({ n: 2, accuracy: 1, macroF1: 1, majority: { label: 'warm', accuracy: 1 } });
    expect(await readFile(join(folder!, 'log.txt'), 'utf8')).toContain(
      'No row of test that was measured has the label "cold": the numbers say nothing of it.',
    );
  });

  it('leads to no such sentence where each label has rows', async () => {
    const server = await knowing();
    const { measure } = await hostedFolder();
    const { folder } = await measure({ baseURL: server.address });
    expect(await readFile(join(folder!, 'log.txt'), 'utf8')).not.toContain('No row of');
  });

  it.each([
    ['test', '{ test: empty.jsonl }'],
    ['dev', '{ dev: empty.jsonl, test: rows.jsonl }'],
    ['dev alone', '{ dev: empty.jsonl }'],
  ])('is refused in one sentence where the file of %s is empty, before anything is sent', async (_, data) => {
    const server = await knowing();
    const { measure, folder } = await hostedFolder(withData(data));
    await writeFile(join(folder, 'empty.jsonl'), '');
    await expect(measure({ baseURL: server.address })).rejects.toMatchObject({
      code: 'data-empty',
      message: 'The file has no rows.',
      location: { file: join(folder, 'empty.jsonl') },
    });
    expect(server.seen).toEqual([]);
    const found = await checkFiles([join(folder, 'day.prompt')]);
    expect(found.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual([
      'The file has no rows. Add at least one row, or name another file.',
    ]);
  });

  it('is measured on dev where there is no test, and the result says so', async () => {
    const server = await knowing();
    const { measure } = await hostedFolder(withData('{ dev: rows.jsonl }'));
    expect((await measure({ baseURL: server.address })).result).toMatchObject({ split: 'dev', n: 4 });
  });

  it('is refused at the row whose label the template does not know, before anything is sent', async () => {
    const server = await knowing();
    const { measure, folder } = await hostedFolder(dayTemplate(), [
      ['sun', 'warm'],
      ['rain', 'wet'],
    ]);
    await expect(measure({ baseURL: server.address })).rejects.toMatchObject({
      code: 'label-unknown',
      location: { file: join(folder, 'rows.jsonl'), line: 2 },
    });
    expect(server.seen).toEqual([]);
  });
});
