// One file out of a directory of built pages, for embedding in the server.    node pack.mjs DIST OUT
//
// The format, read by src/web_app/pack.cpp; numbers are little-endian:
//   0  8 bytes  "OSWEB\0\0\1"
//   8  32       SHA-256 of everything that follows
//  40  u32      number of files
//  44  u32      size of the index
//  48  index    for each file, ascending by path (bytes):
//                 u16 length, path     relative to DIST, separated by "/"
//                 u16 length, content type
//                 32 bytes SHA-256 of the file
//                 3 × (u32 offset from the beginning of the pack, u32 length): as is, gzip, brotli; 0, 0 = not there
//      then     the contents
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};
const COMPRESSED_ALREADY = new Set(['.jpg', '.png', '.webp', '.woff2']);
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

function files(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
}

/** The forms of a file that are worth sending. */
function variants(name, content) {
  // Pages are filled in for every answer, so they are never sent as they lie here.
  if (COMPRESSED_ALREADY.has(extname(name)) || extname(name) === '.html') return [content, null, null];
  const gzip = gzipSync(content, { level: 9 });
  const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } });
  return [content, gzip.length < content.length ? gzip : null, brotli.length < content.length ? brotli : null];
}

function text(value) {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function numbers(...values) {
  const out = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => out.writeUInt32LE(value, 4 * i));
  return out;
}

function read(dist) {
  return files(dist)
    .map((path) => ({ path: relative(dist, path).split(sep).join('/'), content: readFileSync(path) }))
    .map(({ path, content }) => {
      const type = TYPES[extname(path)];
      if (!type) throw new Error(`pack: ${path}: no content type is known for this kind of file`);
      return { path, type, content, variants: variants(path, content) };
    })
    .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

function pack(dist) {
  const entries = read(dist);
  const heads = entries.map(({ path, type, content }) => Buffer.concat([text(path), text(type), sha256(content)]));
  const indexSize = heads.reduce((sum, head) => sum + head.length + 24, 0);
  let offset = 48 + indexSize;
  const bodies = [];
  const place = (bytes) => {
    if (!bytes || bytes.length === 0) return [0, 0];
    bodies.push(bytes);
    offset += bytes.length;
    return [offset - bytes.length, bytes.length];
  };
  const index = entries.map((entry, i) => Buffer.concat([heads[i], numbers(...entry.variants.flatMap(place))]));
  const rest = Buffer.concat([numbers(entries.length, indexSize), ...index, ...bodies]);
  return { entries, bytes: Buffer.concat([Buffer.from('OSWEB\0\0\x01', 'latin1'), sha256(rest), rest]) };
}

const [dist, out] = process.argv.slice(2);
if (!dist || !out) throw new Error('usage: node pack.mjs DIST OUT');
const { entries, bytes } = pack(dist);
writeFileSync(`${out}.new`, bytes);
renameSync(`${out}.new`, out);
console.log(`pack: ${entries.length} files, ${bytes.length} bytes`);
