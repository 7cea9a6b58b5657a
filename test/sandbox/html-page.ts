/** A button of a form. */
export interface Button {
  readonly text: string;
  readonly name: string | undefined;
  readonly value: string;
}

/** A form of a page, with the values that its fields hold already. */
export interface Form {
  readonly action: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly buttons: readonly Button[];
}

/** The parts of a page that a person uses. */
export interface HtmlPage {
  /** The text of its first heading. */
  readonly heading: string;
  readonly text: string;
  readonly forms: readonly Form[];
}

/** Reads a page of the sandbox. Handles the HTML of these pages only. */
export function readPage(html: string): HtmlPage {
  return {
    heading: textOf(/<h1[^>]*>([\s\S]*?)<\/h1>/.exec(html)?.[1] ?? ""),
    text: textOf(html.replace(/<head>[\s\S]*?<\/head>/, "")),
    forms: [...html.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)].map(
      ([, tag = "", body = ""]) => ({
        action: attributeOf(tag, "action") ?? "",
        fields: new Map(
          [...body.matchAll(/<input([^>]*)>/g)].map(([, input = ""]) => [
            attributeOf(input, "name") ?? "",
            attributeOf(input, "value") ?? "",
          ]),
        ),
        buttons: [...body.matchAll(/<button([^>]*)>([\s\S]*?)<\/button>/g)].map(
          ([, button = "", content = ""]) => ({
            text: textOf(content),
            name: attributeOf(button, "name"),
            value: attributeOf(button, "value") ?? "",
          }),
        ),
      }),
    ),
  };
}

/** Finds the form that has a button whose text starts so, and that button. */
export function findButton(page: HtmlPage, start: string): { form: Form; button: Button } {
  for (const form of page.forms) {
    const button = form.buttons.find(({ text }) => text.startsWith(start));
    if (button !== undefined) return { form, button };
  }
  throw new Error(`The page "${page.heading}" has no button "${start}"`);
}

function attributeOf(tag: string, name: string): string | undefined {
  const value = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? undefined : decodeEntities(value);
}

function textOf(html: string): string {
  return decodeEntities(html.replace(/<[^>]*>/g, " "))
    .replace(/\s+/g, " ")
    .trim();
}

function decodeEntities(text: string): string {
  return text
    .replaceAll("&#34;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
