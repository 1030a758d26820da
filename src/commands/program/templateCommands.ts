import type { Command } from 'commander';
import type { Split } from '../../runs/record/recordWords';
import type { Method } from '../../template/settings/settings';
import { checkFiles, formatFindings } from '../check';
import { formOption, methodOption, setOption, splitOption, wholeNumber, withForm, type Formed } from '../options';
import { formatRendering, renderFile } from '../render';
import { command, exit, print } from './terminal';

/** `check`: findings of templates. */
export function addCheck(program: Command): void {
  command(program, 'check', 'say what is wrong with templates')
    .argument('<file...>')
    .addOption(formOption())
    .action(async (files: readonly string[], options: Formed) => {
      const findings = await checkFiles(files, options.format);
      print(options, findings, formatFindings(findings));
      if (findings.some(({ severity }) => severity === 'error')) process.exitCode = exit.inputWrong;
    });
}

/** `render`: the prompt of a row. */
export function addRender(program: Command): void {
  command(program, 'render', 'show the prompt of a row as text and as tokens')
    .argument('<file>')
    .option('--row <n>', 'row of the data, from 0; the preview calls the first one row 1', wholeNumber, 0)
    .addOption(splitOption())
    .addOption(methodOption('method whose virtual tokens are shown'))
    .addOption(formOption())
    .option('--model <model>', "model whose tokens are shown, instead of the template's own")
    .addOption(setOption())
    .action(async (file: string, options: Formed & { row: number; split?: Split; method?: Method; model?: string }) => {
      const rendering = await renderFile({ ...options, set: withForm(options), file });
      print(options, rendering, formatRendering(rendering));
    });
}
