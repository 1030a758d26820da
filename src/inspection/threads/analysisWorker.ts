import { parentPort } from 'node:worker_threads';
import { openChannel, silentSide } from '../../channel/messageChannel';
import { threadTransport } from '../../channel/threadTransport';
import { analyseComparison } from '../../comparison/analysis/analyseComparison';
import { useLanguageOfEnvironment } from '../../translations';
import { analysisSide } from '../inspectorContract';

useLanguageOfEnvironment();

// The program of the analysis thread, a bundle of its own: it answers one question, then its owner ends it.
openChannel({
  transport: threadTransport(parentPort!),
  local: analysisSide,
  handlers: { analyse: analyseComparison },
  remote: silentSide,
  listeners: {},
});
