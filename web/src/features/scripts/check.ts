// The server's parser as CodeMirror wants it.
import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { Diagnostic } from '@codemirror/lint';
import { client, type Schemas } from '@/lib/api';

export type ScriptCheck = Schemas['ScriptCheck'];
type Finding = Schemas['ScriptFinding'];

const clamp = (value: number, length: number) => Math.max(0, Math.min(value, length));

export function diagnosticsOf(check: Pick<ScriptCheck, 'errors' | 'warnings'>, length: number): Diagnostic[] {
  const one = (finding: Finding, severity: 'error' | 'warning'): Diagnostic => {
    const from = clamp(finding.from, length);
    const message = finding.hint ? `${finding.message}. ${finding.hint}` : finding.message;
    return { from, to: Math.max(from, clamp(finding.to, length)), severity, message, source: 'RouterOS' };
  };
  return [...check.errors.map((finding) => one(finding, 'error')), ...check.warnings.map((finding) => one(finding, 'warning'))].sort((a, b) => a.from - b.from);
}

/** "Fails on 3 sites with 6.49.17" – one line for each version that refuses it. */
export function refusals(check: Pick<ScriptCheck, 'by_version'>): string[] {
  return check.by_version
    .filter((version) => !version.accepted)
    .map((version) => `RouterOS ${version.routeros} refuses it (${version.sites.length === 1 ? version.sites[0]!.name : `${version.sites.length} sites`}): ${version.error?.message ?? 'syntax'}${version.error ? `, line ${version.error.line} column ${version.error.column}` : ''}`);
}

export async function checkScript(script: string, sites: string[], signal?: AbortSignal): Promise<ScriptCheck> {
  return (await client.POST('/scripts/check', { body: { script, sites: sites.slice(0, 50) }, signal })).data!;
}

const types = { menu: 'namespace', command: 'function', argument: 'property', value: 'enum', variable: 'variable' } as const;

export async function complete(context: CompletionContext): Promise<CompletionResult | null> {
  if (!context.explicit && !context.matchBefore(/[\w$/:=-]$/)) return null;
  const { data } = await client.POST('/scripts/complete', { body: { script: context.state.doc.toString(), offset: context.pos } });
  if (!data || data.items.length === 0 || context.aborted) return null;
  return { from: data.from, to: data.to, options: data.items.map((item) => ({ label: item.label, detail: item.detail, type: types[item.kind], apply: item.apply || item.label })) };
}
