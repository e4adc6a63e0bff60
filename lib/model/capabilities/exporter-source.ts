import type { Construct, IConstruct } from 'constructs';

/** A construct whose metrics a separate program must translate: a database. */
export interface IExporterSource {
  /** Makes that program, an `IScrapable` that may be `IAlertSource`, below the scope. The monitoring calls it once. */
  toExporter(scope: Construct): IConstruct;
}
