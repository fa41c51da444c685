/** Sources of the streaming functions (Web API): a `Response`, or a promise of one. */

import type { ResponseLike } from './types.ts';

type ResponseConstructor = abstract new (...args: never[]) => ResponseLike;

/** The host's `Response`; undefined where there is none. Looked up late: hosts load it when it is first used. */
export function hostResponse(): ResponseConstructor | undefined {
  return (globalThis as { Response?: ResponseConstructor }).Response;
}

const MIME_TYPE = 'application/wasm';

/** The bytes of a response that is fit for compilation; a TypeError for others. */
export async function bytesOfResponse(source: unknown): Promise<Uint8Array> {
  const response = await source;
  const Response = hostResponse();
  if (Response === undefined || !(response instanceof Response)) {
    throw responseError('The "source" argument must be an instance of Response or an Promise resolving to Response');
  }
  const type = response.headers.get('content-type') ?? '';
  if (type.toLowerCase() !== MIME_TYPE) throw responseError(`WebAssembly response has unsupported MIME type '${type}'`);
  if (!response.ok) throw responseError(`WebAssembly response has status code ${response.status}`);
  if (response.bodyUsed) throw responseError('WebAssembly response body has already been used');
  return new Uint8Array(await response.arrayBuffer());
}

function responseError(message: string): TypeError {
  return new TypeError(message);
}
