/**
 * Stands in for the module `vscode` outside an editor: what tests look at is kept in {@link editor}, everything else
 * can be called, built and read, and comes to nothing.
 */
type Handler = (...given: unknown[]) => unknown;

interface LanguageModelTool {
  prepareInvocation(
    options: { readonly input: object },
    token: unknown,
  ): Promise<{ readonly confirmationMessages: unknown } | undefined>;
  invoke(
    options: { readonly input: object },
    token: unknown,
  ): Promise<{ readonly parts: readonly { readonly value: string }[] }>;
}

/** What the extension has registered and shown since {@link resetEditor}. */
export const editor = {
  isTrusted: true,
  commands: new Map<string, Handler>(),
  /** The language models that a selector finds; none, where nobody says. */
  models: undefined as ((selector: unknown) => readonly unknown[]) | undefined,
  /** Tools of language models. */
  tools: new Map<string, LanguageModelTool>(),
  serializers: new Map<string, { deserializeWebviewPanel(panel: unknown, state: unknown): Promise<void> }>(),
  /** Commands that were called, with what they were given. */
  executed: [] as (readonly unknown[])[],
  /** Kinds of messages and dialogs that were shown, with their text. */
  shown: [] as (readonly [string, unknown])[],
  /** What a person picks of the items of a list; nothing, where nobody answers. */
  pick: undefined as ((items: readonly { readonly label: string }[]) => unknown) | undefined,
  /** What a person answers to a message or a dialog, by its kind; nothing, where nobody does. */
  answer: undefined as ((kind: string, given: readonly unknown[]) => unknown) | undefined,
  /** Settings that are not the defaults, without their section. */
  configuration: {} as Readonly<Record<string, unknown>>,
  /** What is called where a person cancels what goes on. */
  cancel: undefined as (() => void) | undefined,
};

export function resetEditor(isTrusted: boolean): void {
  editor.isTrusted = isTrusted;
  editor.commands.clear();
  editor.tools.clear();
  editor.models = undefined;
  editor.serializers.clear();
  editor.executed.length = 0;
  editor.shown.length = 0;
  editor.pick = undefined;
  editor.answer = undefined;
  editor.configuration = {};
  editor.cancel = undefined;
}

/** Something that can be called, built and read without end; a promise it is not. */
function anything(known: Readonly<Record<string, unknown>> = {}): never {
  return new Proxy(function nothing() {} as unknown as object, {
    get: (_, name) => {
      if (Object.hasOwn(known, name)) return known[name as string];
      return name === 'then' || typeof name === 'symbol' ? undefined : anything();
    },
    apply: () => anything(),
    construct: () => anything(),
    set: () => true,
  }) as never;
}

const show =
  (kind: string): Handler =>
  (...given) => {
    editor.shown.push([kind, given[0]]);
    return Promise.resolve(editor.answer?.(kind, given));
  };

export const window = anything({
  activeTextEditor: undefined,
  ...Object.fromEntries(
    [
      'showErrorMessage',
      'showWarningMessage',
      'showInformationMessage',
      'showInputBox',
      'showOpenDialog',
      'showSaveDialog',
      'showTextDocument',
    ].map((name) => [name, show(name)]),
  ),
  showQuickPick: (items: readonly { readonly label: string }[]) => {
    editor.shown.push(['showQuickPick', items]);
    return Promise.resolve(editor.pick?.(items));
  },
  withProgress: (options: unknown, work: (progress: unknown, token: unknown) => unknown) => {
    editor.shown.push(['withProgress', options]);
    const progress = { report: (state: unknown) => editor.shown.push(['progress', state]) };
    const token = { onCancellationRequested: (stop: () => void) => void (editor.cancel = stop) };
    return work(progress, token);
  },
  createQuickPick: () => {
    editor.shown.push(['createQuickPick', undefined]);
    return anything();
  },
  createWebviewPanel: (viewType: unknown) => {
    editor.shown.push(['createWebviewPanel', viewType]);
    return anything();
  },
  registerWebviewPanelSerializer: (
    viewType: string,
    serializer: { deserializeWebviewPanel(panel: unknown, state: unknown): Promise<void> },
  ) => {
    editor.serializers.set(viewType, serializer);
    return anything();
  },
});

export const workspace = anything({
  get isTrusted() {
    return editor.isTrusted;
  },
  workspaceFolders: [],
  textDocuments: [],
  getWorkspaceFolder: () => undefined,
  getConfiguration: () => ({ get: (name: string, otherwise: unknown) => editor.configuration[name] ?? otherwise }),
  findFiles: () => Promise.resolve([]),
});

export const commands = anything({
  registerCommand: (name: string, handler: Handler) => {
    editor.commands.set(name, handler);
    return anything();
  },
  executeCommand: (...given: readonly unknown[]) => {
    editor.executed.push(given);
    return Promise.resolve(undefined);
  },
});

export const lm = anything({
  selectChatModels: (selector: unknown) => Promise.resolve(editor.models?.(selector) ?? []),
  registerTool: (name: string, tool: LanguageModelTool) => {
    editor.tools.set(name, tool);
    return new Disposable();
  },
});

export class LanguageModelError extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
  static NotFound(message: string): LanguageModelError {
    return new LanguageModelError(message, 'NotFound');
  }
}

export const LanguageModelChatMessage = {
  User: (content: string) => ({ role: 'user', content }),
  Assistant: (content: string) => ({ role: 'assistant', content }),
};

export class CancellationTokenSource {
  readonly token = { isCancellationRequested: false };
  cancel(): void {
    this.token.isCancellationRequested = true;
  }
  dispose(): void {}
}

export class LanguageModelTextPart {
  constructor(readonly value: string) {}
}

export class LanguageModelToolResult {
  constructor(readonly parts: readonly LanguageModelTextPart[]) {}
}

export const languages = anything();
export const env = anything({ language: 'en' });
export const l10n = {
  get bundle(): { readonly [key: string]: string } | undefined {
    return undefined;
  },
};

export class Disposable {
  constructor(readonly dispose: () => void = () => undefined) {}
  static from(...parts: readonly { dispose(): unknown }[]): Disposable {
    return new Disposable(() => parts.forEach((part) => part.dispose()));
  }
}

export class Uri {
  readonly scheme = 'file';
  constructor(readonly fsPath: string) {}
  static file(path: string): Uri {
    return new Uri(path);
  }
  static parse(address: string): Uri {
    return new Uri(new URL(address).pathname);
  }
  static joinPath({ fsPath }: Uri, ...names: readonly string[]): Uri {
    return new Uri([fsPath, ...names].join('/'));
  }
}

export class EventEmitter {
  readonly event = () => new Disposable();
  fire(): void {}
  dispose(): void {}
}

export const [
  CodeAction,
  CodeActionKind,
  CodeLens,
  CompletionItem,
  CompletionItemKind,
  ConfigurationTarget,
  Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  DocumentDropOrPasteEditKind,
  DocumentHighlight,
  DocumentLink,
  DocumentPasteEdit,
  DocumentSymbol,
  FoldingRange,
  FoldingRangeKind,
  Hover,
  InlayHint,
  Location,
  MarkdownString,
  Position,
  ProgressLocation,
  QuickInputButtons,
  QuickPickItemKind,
  Range,
  SemanticTokensBuilder,
  SemanticTokensLegend,
  SnippetString,
  StatusBarAlignment,
  SymbolKind,
  TextEdit,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCheckboxState,
  TreeItemCollapsibleState,
  ViewColumn,
  WorkspaceEdit,
] = Array.from({ length: 38 }, () => anything());
