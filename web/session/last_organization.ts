const STORED_AS = 'tablehook.organization'
/** Whose choice it was: another person may not even see that organization. */
const STORED_FOR = 'tablehook.organization.user'

/** The organization that was looked at last in this browser. */
export const lastOrganization = (): string | null => localStorage.getItem(STORED_AS)

/** The same, when it was this person who looked at it. */
export const lastOrganizationOf = (userId: string): string | null => (localStorage.getItem(STORED_FOR) === userId ? lastOrganization() : null)

export function rememberOrganization(organizationId: string, userId: string): void {
  localStorage.setItem(STORED_AS, organizationId)
  localStorage.setItem(STORED_FOR, userId)
}
