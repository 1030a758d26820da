import { parentPort } from 'node:worker_threads';
import { openChannel, silentSide } from '../../channel/messageChannel';
import { threadTransport } from '../../channel/threadTransport';
import { allowModelFolders, confineReading } from '../../fileAccess';
import { checkTemplate } from '../../template/check/check';
import { useLanguageOfEnvironment } from '../../translations';
import { readTemplateContext } from '../../workspace/readTemplateContext';
import { checkSide, type CheckRequest } from './checkContract';

useLanguageOfEnvironment();

async function check({ text, path, runsFolder, within, modelFolders }: CheckRequest) {
  confineReading(within);
  allowModelFolders(modelFolders);
  return checkTemplate(text, path, await readTemplateContext(text, path, { rows: true, tokens: true, runsFolder }));
}

// The program of the thread that checks: it answers one question, then its owner ends it, in the middle if need be.
openChannel({
  transport: threadTransport(parentPort!),
  local: checkSide,
  handlers: { check },
  remote: silentSide,
  listeners: {},
});
