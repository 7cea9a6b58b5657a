import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { RequestHandler, Response } from "express";

/** A file for browsers. */
interface Asset {
  /** The name with the start of the content's digest, such as `app.3f9a12cd.css`. */
  readonly hashedName: string;
  readonly content: Buffer;
  /** The content in other codings, each compressed once, when it is first asked for. */
  readonly encoded: Map<string, Buffer>;
}

/** The files of a folder under names that change with their content. */
export interface Assets {
  /**
   * Returns the address of a file, such as `app.css`.
   *
   * @throws Error when there is no such file.
   */
  readonly urlOf: (name: string) => string;
  /** Serves the file that the parameter `name` of the path names. */
  readonly serve: RequestHandler<{ name: string }>;
}

const YEAR_SECONDS = 31_536_000;

/** In order of preference. */
const ENCODERS: Readonly<Record<string, (content: Buffer) => Buffer>> = {
  br: (content) =>
    brotliCompressSync(content, {
      params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
    }),
  gzip: (content) => gzipSync(content, { level: constants.Z_BEST_COMPRESSION }),
};

/**
 * Reads the files of a folder, once, and not those of its folders.
 *
 * A browser keeps a file for a year, because another content has another name. While an update rolls
 * out, a page of one process may name a file of the other's version: that gets the present content,
 * which is not kept.
 */
export function createAssets(folder: string, address: string): Assets {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const assets = new Map(files.map(({ name }) => [name, readAsset(folder, name)]));

  return {
    urlOf: (name) => {
      const asset = assets.get(name);
      if (asset === undefined) throw new Error(`There is no asset ${name}`);
      return `${address}/${asset.hashedName}`;
    },
    serve: (request, response, next) => {
      const { name } = request.params;
      const asset = assets.get(name.replace(/\.[\da-f]{8}(?=\.\w+$)/, ""));
      if (asset === undefined) {
        next();
        return;
      }
      const isPresent = name === asset.hashedName;
      const life = isPresent ? `public, max-age=${YEAR_SECONDS}, immutable` : "no-cache";
      const encoding = Object.keys(ENCODERS).find((each) => request.acceptsEncodings(each));
      response.set({ "Cache-Control": life, Vary: "Accept-Encoding" }).type(extname(name));
      response.send(encode(asset, encoding, response));
    },
  };
}

function readAsset(folder: string, name: string): Asset {
  const content = readFileSync(join(folder, name));
  const digest = createHash("sha256").update(content).digest("hex").slice(0, 8);
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  return { hashedName: `${stem}.${digest}${extension}`, content, encoded: new Map() };
}

/** Returns the content in a coding, and names the coding in the response. */
function encode(asset: Asset, encoding: string | undefined, response: Response): Buffer {
  const encoder = ENCODERS[encoding ?? ""];
  if (encoding === undefined || encoder === undefined) return asset.content;
  const known = asset.encoded.get(encoding) ?? encoder(asset.content);
  asset.encoded.set(encoding, known);
  response.set("Content-Encoding", encoding);
  return known;
}
