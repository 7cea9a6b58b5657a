import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import ejs from "ejs";

type Locals = Readonly<Record<string, unknown>>;
type Template = (locals: Locals) => string;
type Done = (error: unknown, html?: string) => void;

/**
 * Creates an engine for EJS views that compiles each view and partial once. EJS itself looks for the
 * file of each partial with every page.
 *
 * A partial is named from the folder of the view that includes it, or from `root`.
 */
export function createViewEngine(root: string): (path: string, locals: object, done: Done) => void {
  const templates = new Map<string, Template>();

  function templateAt(path: string): Template {
    const known = templates.get(path);
    if (known !== undefined) return known;
    const source = readFileSync(path, "utf8");
    const compiled = ejs.compile(source, { filename: path });
    const partials = new Map<string, Template>();

    function template(locals: Locals): string {
      return compiled({
        ...locals,
        // In place of EJS's own function of that name.
        include: (name: string, more: Locals = {}) => {
          const partial = partials.get(name) ?? loadPartial(path, name);
          partials.set(name, partial);
          return partial({ ...locals, ...more });
        },
      });
    }

    templates.set(path, template);
    return template;
  }

  function loadPartial(path: string, name: string): Template {
    try {
      return templateAt(resolve(dirname(path), `${name}.ejs`));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
      return templateAt(resolve(root, `${name}.ejs`));
    }
  }

  return (path, locals, done) => {
    let html: string;
    try {
      html = templateAt(path)(locals as Locals);
    } catch (error) {
      done(error);
      return;
    }
    done(null, html);
  };
}
