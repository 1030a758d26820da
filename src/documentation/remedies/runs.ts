/** What to do about failures of trainings, runs, clusters, processes and the machine. */
export const runRemedies = {
  'not-produced-here': 'Choose a run of `hard`, `soft`, `v1` or `v2`: answers of others have no prompt here.',
  'nothing-to-train': 'Choose another method, or evaluate the hard prompt again.',
  'not-measured': 'Set `tune.blackBox: false` to measure a training by gradients.',
  'not-rewritten': 'Leave out `--text-only`, or name a run of `v2` with `tune.instruction: text` or `both`.',
  'loss-not-finite':
    'Lower `tune.learningRate` (or leave it at `auto`), and keep `tune.clip: 1`. The curves show where it began.',
  'checkpoint-missing': 'Train again from the start: the run had not come to its first checkpoint.',
  'checkpoint-damaged': 'Restore the folder from a copy, or train again from the start.',
  'checkpoint-shape': 'Resume with the template and the settings that the run began with, or train anew.',
  'resume-changed': 'Restore the file that the message names, or train a new run: resuming would mix two trainings.',
  'evaluate-changed':
    'Measure it with the model and the template of its training, or give `--force` where you mean the other ones.',
  'answers-mismatch':
    'The message names the row of the file of answers, and the column by which it was matched. Every row needs ' +
    'exactly one answer, in a column `prediction`.',
  'run-ambiguous': 'Give more of the id.',
  'run-busy': 'Stop the run first, or wait for its end.',
  'run-damaged': 'Restore `run.json` from a copy, or delete the run.',
  'run-done': 'Train a new run with more steps, or *Continue from This…*.',
  'run-format': 'Update Prompt Tuner.',
  'run-lost':
    'Resume the run: it goes on from its checkpoint to the same numbers. Its log says how far it came; a process ' +
    'that vanishes without a word was most often ended for its memory.',
  'run-missing': '`prompt-tuner runs list` shows those there are; `--runs` names another folder.',
  'run-stopped': 'Resume it, and it goes on from its checkpoint.',
  'lock-lost': 'Let the other process go on. Where the folder was deleted meanwhile, begin anew.',
  'nothing-to-compare': 'Name templates, or runs that have come to an end.',
  'baseline-missing': 'Name the baseline as one of the runs too.',
  'report-failed': 'Look whether the folder may be written to; the message has the reason.',
  'slurm-missing': 'Work on a login node of the cluster, or leave out `--on slurm`.',
  'slurm-unreachable': 'Try again once the controller is back; nothing was changed.',
  'slurm-refused':
    'Change what is asked of it (`--partition`, `--account`, `--time`, `--mem`): the message has its words.',
  'slurm-options': 'The message names the option, or the line of `.prompt-tuner/slurm.yaml`.',
  'slurm-submission': 'Resume the runs, or delete them: none of them was counted twice.',
  'slurm-program':
    'Put the same version and the same model files on every node, then resume: another version would compute ' +
    'other numbers.',
  'slurm-time': 'Resume it: it goes on from its checkpoint. A longer `--time` needs fewer stays.',
  'slurm-node': 'Resume it: it goes on from its checkpoint, on another node.',
  'slurm-ended': 'Look at *Show Slurm Log*. After memory was over, ask for more (`--mem`), then resume.',
  'trainer-start':
    "Look whether `promptTuner.nodePath` names a Node.js of version 20 or newer, or leave it empty for VS Code's " +
    'own.',
  'trainer-ended': 'Try again: the process is started anew. Where it ends each time, the log says why.',
  'analysis-ended': 'Ask again; the page starts a new thread. Very many rows may not fit into memory.',
  'window-closed': 'Nothing is lost: runs go on in their own process.',
  'channel-closed': 'Reload the window (*Developer: Reload Window*).',
  'unknown-call': 'Reload the window: page and extension are of two versions.',
  'bad-request': 'Reload the window: page and extension are of two versions.',
  'bad-reply': 'Reload the window; where it stays so, use the same version at both ends.',
  'command-failed': 'The message has the last words of the command, and the log all of them.',
  cancelled: 'What was done by then is kept.',
  outdated: 'Ask again, and the answer is about what is there now.',
  untrusted: 'Trust the workspace (*Manage Workspace Trust*) if you know where it is from: training runs its files.',
  'disk-full': 'Free some space, then resume the run: its last checkpoint is whole.',
  'disk-space': 'Free the room that the message names, or choose a smaller variant of the model.',
  'not-writable': 'Choose a folder that you may write to (`--runs`), or change its permissions.',
  'out-of-memory':
    'Lower `tune.batchSize` and raise `tune.accumulate` by as much, set `tune.checkpointing: true` for long ' +
    'prompts, lower `tune.maxLength`, or choose a smaller model. The training form measures beforehand what a ' +
    'step takes.',
  unexpected:
    'This is a defect of Prompt Tuner. The log of the run, or `PROMPT_TUNER_DEBUG=1` on the command line, says ' +
    'where it arose: report it with that.',
} as const;
