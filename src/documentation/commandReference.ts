import { readFileSync } from 'node:fs';
import { Command, type Option } from 'commander';
import { declareCommands } from '../commands/program/commands';
import { table } from './regions';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly enablement?: string }[];
    readonly keybindings: readonly { readonly command: string; readonly key: string; readonly mac?: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
  };
}

interface Setting {
  readonly default?: unknown;
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly scope?: string;
}

/** package.json with its texts in English. */
function readManifest(): Manifest {
  const texts = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Readonly<Record<string, string>>;
  return JSON.parse(readFileSync('package.json', 'utf8'), (_, value: unknown) =>
    typeof value === 'string' ? (texts[/^%([\w.-]+)%$/.exec(value)?.[1] ?? ''] ?? value) : value,
  ) as Manifest;
}

const menuNames: Readonly<Record<string, string>> = {
  'editor/title': 'title of a template',
  'explorer/context': 'explorer',
  'view/title': 'title of a view',
  'view/item/context': 'item of a view',
  'file/newFile': '*New File…*',
};

/** The commands of the window, and where they are. */
export function windowCommands(): string {
  const { commands, keybindings, menus } = readManifest().contributes;
  const hidden = new Set(
    (menus.commandPalette ?? []).filter(({ when }) => when === 'false').map((each) => each.command),
  );
  return table(
    ['command', 'where', 'trusted only'],
    commands.map(({ command, title, enablement }) => {
      const places = Object.entries(menuNames)
        .filter(([menu]) => menus[menu]?.some((item) => item.command === command))
        .map(([, name]) => name);
      const keys = keybindings.filter((each) => each.command === command).map(({ key }) => `\`${key}\``);
      const palette = hidden.has(command) ? [] : ['palette'];
      return [
        title,
        [...palette, ...places, ...keys].join(', '),
        enablement?.includes('isWorkspaceTrusted') ? 'yes' : '',
      ];
    }),
  );
}

/** The settings of the window. */
export function windowSettings(): string {
  return table(
    ['setting', 'default', 'meaning'],
    Object.entries(readManifest().contributes.configuration.properties).map(([name, setting]) => [
      `\`${name}\``,
      `\`${JSON.stringify(setting.default ?? null)}\``,
      // VS Code makes a link of a setting between number signs.
      (setting.markdownDescription ?? setting.description ?? '').replace(/`#([\w.]+)#`/g, '`$1`'),
    ]),
  );
}

/** The commands of the command line with their arguments and options, as its own help has them. */
export async function terminalCommands(): Promise<string> {
  const program = new Command('prompt-tuner');
  await declareCommands(program, undefined);
  return program.commands
    .filter((command) => !isHidden(command))
    .flatMap((command) => sections(command, ''))
    .join('\n\n');
}

/** Commands that one process gives another are not in the help. */
const isHidden = (command: Command): boolean => (command as unknown as { _hidden: boolean })._hidden;

function sections(command: Command, before: string): readonly string[] {
  const name = `${before}${command.name()}`;
  if (command.commands.length > 0) return command.commands.flatMap((each) => sections(each, `${name} `));
  const words = command.registeredArguments.map((argument) => {
    const written = `${argument.name()}${argument.variadic ? '…' : ''}`;
    return argument.required ? `<${written}>` : `[${written}]`;
  });
  const options = command.options.filter(({ hidden }) => !hidden);
  const description = command.description();
  return [
    [
      `#### ${name}`,
      `\`prompt-tuner ${[name, ...words].join(' ')}\`: ${description}.`,
      ...(options.length > 0 ? [table(['option', 'meaning'], options.map(optionRow))] : []),
    ].join('\n\n'),
  ];
}

function optionRow(option: Option): readonly string[] {
  const given: unknown = option.defaultValueDescription ?? option.defaultValue;
  const facts = [
    option.description,
    ...(option.argChoices ? [`one of ${option.argChoices.join(', ')}`] : []),
    ...(given === undefined || given === false || given === '' ? [] : [`default: ${String(given)}`]),
    ...(option.envVar ? [`or \`${option.envVar}\``] : []),
    ...(option.mandatory ? ['needed'] : []),
  ];
  return [`\`${option.flags}\``, facts.filter(Boolean).join('; ')];
}
