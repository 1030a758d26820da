/** A tag, and whether the white space before and behind it is taken away. */
export interface WrittenTag {
  readonly inner: string;
  readonly stripsBefore?: boolean;
  readonly stripsBehind?: boolean;
  /** Begins, parts or ends a block, or is a comment: alone on a line, Handlebars takes the whole line away. */
  readonly takesLine?: boolean;
}

/** A tag that strips white space on one side; on the other one the line is to stay. */
interface StrippingTag {
  readonly start: number;
  readonly end: number;
  readonly stripsBefore: boolean;
  readonly stripsBehind: boolean;
}

/** Renders nothing, and keeps what stands on its two sides apart. */
const nothing = '{{!}}';

/** Builds a Handlebars text out of tags and plain text, so that neither reads into the other. */
export class HandlebarsText {
  private written = '';
  private endsWithTag = false;
  /** Whether what was written last is white space that no tag may take away. */
  private endsWithKept = false;
  private readonly stripping: StrippingTag[] = [];

  /** Text that is rendered as it is, braces and backslashes included. */
  plain(text: string): void {
    if (text === '') return;
    // A brace right behind a tag would be one too many of its own.
    const parted = this.endsWithTag && text.startsWith('}') ? nothing : '';
    // So would two, one from each of two texts.
    if (!this.endsWithTag && text.startsWith('{') && /(?<!\{)\{$/.test(this.written))
      this.written = `${this.written.slice(0, -1)}\\{`;
    // Of two backslashes before braces one goes and the braces are a tag, so a comment stands between.
    if (!this.endsWithTag && this.written.endsWith('\\') && text.startsWith('{{')) this.written += `\\${nothing}`;
    this.written +=
      parted +
      text.replace(/(\\*)\{\{/g, (_, before: string) => (before === '' ? '\\{{' : `${before}\\${nothing}\\{{`));
    this.endsWithTag = false;
    this.endsWithKept = false;
  }

  /** Text that a tag put there: tags around it take none of its white space away. */
  verbatim(text: string): void {
    if (text === '') return;
    if (this.endsWithTag && /^\s/.test(text)) this.written += nothing;
    this.plain(text);
    this.endsWithKept = /\s$/.test(text);
  }

  /** Text that is Handlebars already. */
  handlebars(text: string): void {
    if (text === '') return;
    this.written += (this.endsWithTag && text.startsWith('}') ? nothing : '') + text;
    this.endsWithTag = text.endsWith('}}');
    this.endsWithKept = false;
  }

  tag({ inner, stripsBefore = false, stripsBehind = false, takesLine = false }: WrittenTag): void {
    if (this.endsWithKept) this.written += nothing;
    const last = this.endsWithTag || this.endsWithKept ? undefined : this.written.at(-1);
    // A brace right before a tag would belong to it, and a backslash would make it text.
    const strips = stripsBefore || last === '{';
    if (last === '{') this.written += ' ';
    else if (last === '\\') this.written += '\\';
    const start = this.written.length;
    this.written += `{{${strips ? '~' : ''}${inner}${stripsBehind ? '~' : ''}}}`;
    if (takesLine && (stripsBefore || stripsBehind))
      this.stripping.push({ start, end: this.written.length, stripsBefore, stripsBehind });
    this.endsWithTag = true;
    this.endsWithKept = false;
  }

  /** The text; a tag that strips one side only leaves the line end on its other side. */
  text(): string {
    let text = this.written;
    for (const { start, end, stripsBefore, stripsBehind } of [...this.stripping].reverse()) {
      const before = text.slice(0, start);
      const behind = text.slice(end);
      const isAlone = /(?:^|\n)[ \t]*$/.test(before) && /^[ \t]*(?:\r?\n|$)/.test(behind);
      if (!isAlone) continue;
      if (!stripsBehind) text = before + text.slice(start, end) + nothing + behind;
      else if (!stripsBefore && /[ \t]$/.test(before)) text = before + nothing + text.slice(start);
    }
    return text;
  }
}
