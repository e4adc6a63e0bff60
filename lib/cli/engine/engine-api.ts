const REFUSAL = /client version (\S+) is too (old|new)\. (?:Min|Max)imum supported API version is ([\d.]+)/;

/** Returns a sentence for an engine that refused a client because of its API version; '' for any other text. */
export function apiVersionProblem(text: string): string {
  const [, asked, age, supported] = REFUSAL.exec(text.replace(/\s+/g, ' ')) ?? [];
  if (asked === undefined || supported === undefined) return '';
  const [bound, advice] =
    age === 'old'
      ? ['at least', 'use a newer docker command or Terraform provider']
      : ['at most', 'update the Docker Engine'];
  const variable = 'unset DOCKER_API_VERSION if it is set';
  return `The Docker Engine wants API version ${bound} ${supported}, and was asked with ${asked}: ${variable}, or ${advice}.`;
}
