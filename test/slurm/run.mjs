// Studies on a real Slurm of two nodes, all on this machine; see cluster.mjs for what it needs.
import { runRing, skipRing } from '../support/running/runRing.mjs';
import { whyNot } from './cluster.mjs';

const reason = whyNot();
if (reason === undefined) runRing('slurm');
else skipRing(reason);
