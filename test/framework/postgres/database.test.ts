/** The contract of a database, on the one that this run is for. */

import t from 'tap'

import { databaseContract } from '../../contracts/database.ts'
import { openTestDatabase } from '../../kit/database.ts'

databaseContract(t, openTestDatabase)
