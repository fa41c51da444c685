/** Sources of the streaming functions (Web API): a `Response`, or a promise of one. */

import { ownError } from '../runtime/own-error.ts';
import type { ResponseLike } from './types.ts';

type ResponseConstructor = abstract new (...args: never[]) => ResponseLike;

/** The host's `Response`, looked up late: Node loads it when it is first read. */
const host = globalThis as { readonly Response?: ResponseConstructor };

/** Has the host a `Response`? Does not load it. */
export function hasResponse(): boolean {
  return 'Response' in host;
}

const MIME_TYPE = 'application/wasm';

/** The bytes of a response that is fit for compilation; a TypeError for others, with the words and codes of Node. */
export async function bytesOfResponse(source: unknown): Promise<Uint8Array> {
  const response = await source;
  const { Response } = host;
  if (Response === undefined || !(response instanceof Response)) {
    const problem = 'must be an instance of Response or an Promise resolving to Response';
    throw codedError('ERR_INVALID_ARG_TYPE', `The "source" argument ${problem}`);
  }
  const type = response.headers.get('content-type');
  if (type?.toLowerCase() !== MIME_TYPE) throw responseError(`has unsupported MIME type '${type}'`);
  if (!response.ok) throw responseError(`has status code ${response.status}`);
  if (response.bodyUsed) throw responseError('body has already been used');
  return new Uint8Array(await response.arrayBuffer());
}

function responseError(problem: string): TypeError {
  return codedError('ERR_WEBASSEMBLY_RESPONSE', `WebAssembly response ${problem}`);
}

function codedError(code: string, message: string): TypeError {
  return ownError(Object.assign(new TypeError(message), { code }));
}
