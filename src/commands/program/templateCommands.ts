import { Option, type Command } from 'commander';
import type { Split } from '../../runs/record/words/recordWords';
import type { Method } from '../../template/settings/settings';
import type { TaskKind } from '../../template/import/table/guessAnswers';
import { checkFiles, formatFindings } from '../../workspace/checkFiles';
import { formatNewFromTable, newFromTable } from '../newFromTable';
import {
  formOption,
  methodOption,
  setOption,
  splitOption,
  wholeNumber,
  withForm,
  type Common,
  type Formed,
} from '../options';
import { formatRendering, renderFile } from '../render';
import { command, exit, print } from './terminal';

/** `new`: a template made of a table. */
export function addNew(program: Command): void {
  command(program, 'new', 'write a template of a table of texts and answers')
    .argument('<from-file>', 'the table: a path, or { file, separator, encoding, columns } as YAML')
    .option('--answer <column...>', 'columns of the answer; the most likely one where none is named')
    .addOption(
      new Option('--kind <kind>', 'what is asked; as the answers look where it is left out').choices([
        'classification',
        'extraction',
        'text',
      ]),
    )
    .option('--to <file>', 'the template; beside the table where it is left out')
    .option('--model <model>', 'model that the label words are chosen for', 'builtin')
    .option('--split <share>', 'rows held out for dev and test each, or 10%,20%', '15%')
    .option('--files', 'write train, dev and test as files beside the table, instead of shares of it')
    .action(
      async (
        from: string,
        options: Common & {
          answer?: readonly string[];
          kind?: TaskKind;
          to?: string;
          model: string;
          split: string;
          files?: boolean;
        },
      ) => {
        const made = await newFromTable({ ...options, from });
        print(options, made, formatNewFromTable(made));
      },
    );
}

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
