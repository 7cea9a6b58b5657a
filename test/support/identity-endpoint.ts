import { type Script, type ScriptedApi, startScriptedApi } from "./scripted-api.js";

let started: Promise<ScriptedApi> | undefined;

/**
 * Starts the machine's endpoint for managed identities, with an answer for this test. It is one for the
 * whole process and is not closed: MSAL keeps the first address that the environment names.
 */
export async function useIdentityEndpoint(answer: Script): Promise<ScriptedApi> {
  started ??= startScriptedApi();
  const endpoint = await started;
  endpoint.answer = answer;
  endpoint.seen.length = 0;
  return endpoint;
}
