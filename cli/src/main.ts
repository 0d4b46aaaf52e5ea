import { Command } from 'commander'
import { addInstallCommands } from './install/commands.ts'

const program = new Command('tablehook')
addInstallCommands(program)
await program.parseAsync()
