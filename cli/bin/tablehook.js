#!/usr/bin/env node
// Committed, so that npm can link it before anything is built.
import '../dist/main.js'
