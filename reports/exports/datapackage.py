"""The description of the data files for programs: a Frictionless Data Package (Data Package Standard 2.0)."""

from collections.abc import Iterator, Sequence
from typing import Any

from reports.exports.base import LICENCE, LICENCE_ADDRESS, Bundle, Export
from reports.exports.checksums import fingerprints
from reports.exports.delimited import Delimited
from reports.exports.labelled import both
from reports.scorecards.content import canonical

STANDARD = "https://datapackage.org/profiles/2.0/"
FIELDS: dict[str, tuple[str, str]] = {  # type, and what it says in two languages
    "department": ("string", "部门代码 / code of the department"),
    "item": ("string", "问题代码 / code of the question"),
    "stratum": ("string", "层，合并的以 + 相连 / stratum, joined ones named with +"),
    "cell": ("string", "加权单元 / weighting cell"),
    "value": ("string", "评价 5 到 1，或其他答案 / grade 5 to 1, or another answer"),
    "n": ("integer", "人数或记录数 / people or records"),
    "w": (
        "number",
        "权重之和；design.csv 中为每人权重 / sum of weights; in design.csv the weight of a person",
    ),
    "w2": ("number", "权重平方和 / sum of squared weights"),
    "N": ("integer", "常住人口 / residents"),
    "psus": ("integer", "抽中的初级单元 / primary units sampled"),
    "psu_population": ("integer", "初级单元总数 / primary units there are"),
    "category": ("string", "标准构成中的类别 / category of the declared mix"),
    "categories": ("string", "组内所有人共有的类别 / categories that all people of the group share"),
    "item_a": ("string", "第一个问题 / first question"),
    "item_b": ("string", "第二个问题 / second question"),
    "sum_a": ("number", "第一个问题评价之和 / sum of the grades of the first"),
    "sum_b": ("number", "第二个问题评价之和 / sum of the grades of the second"),
    "sum_ab": ("number", "两者乘积之和 / sum of their products"),
    "correlation": ("number", "均值之间的相关 / correlation of the means"),
    "units": ("integer", "有答案的单元 / units with answers"),
    "sampled": ("integer", "抽中的单元 / units sampled"),
    "population": ("integer", "单元总数 / units there are"),
    "first": ("string", "各档残差之和，以空格分隔 / sums of residuals by grade, separated by spaces"),
    "second": ("string", "残差乘积之和的上三角 / upper triangle of the sums of their products"),
    "n_with_flagged": ("integer", "含可疑作答的人数 / people with flagged answers"),
    "w_with_flagged": ("number", "含可疑作答的权重 / weights with flagged answers"),
}


class DataPackage(Export):
    """What each table is, column by column, with its size and fingerprint."""

    name = "datapackage.json"
    media_type = "application/json"
    is_kept = True

    def __init__(self, tables: Sequence[Delimited], others: Sequence[Export]) -> None:
        """Describe `tables` by their columns, and name the `others` beside them."""
        self.tables, self.beside = tables, others

    def chunks(self, bundle: Bundle) -> Iterator[bytes]:
        """Yield the whole document."""
        content = bundle.content
        fieldwork = content["fieldwork"]
        names = [content["wave"], bundle.about, str(content["number"])]
        yield canonical(
            {
                "$schema": f"{STANDARD}datapackage.json",
                "name": ".".join(filter(None, names)),
                "title": both(content["titles"]),
                "version": str(content["number"]),
                "created": fieldwork["release_at"],
                "licenses": [{"name": LICENCE, "path": LICENCE_ADDRESS}],
                "sources": [{"title": "居民评价 / ratings by residents", "version": content["input_hash"]}],
                "keywords": ["citizen satisfaction", "群众满意度"],
                "resources": [*self._tables(bundle), *self._beside(bundle)],
            }
        )

    def _tables(self, bundle: Bundle) -> Iterator[dict[str, Any]]:
        columns = {table.name: table.columns for table in self.tables}
        for table, found in fingerprints(self.tables, bundle):
            yield {
                **_file(table, found.size, found.sha256),
                "$schema": f"{STANDARD}dataresource.json",
                "type": "table",
                "encoding": "utf-8",
                "dialect": {"delimiter": ",", "header": True},
                "schema": {
                    "$schema": f"{STANDARD}tableschema.json",
                    "missingValues": [""],
                    "fields": [
                        {"name": name, "type": FIELDS[name][0], "description": FIELDS[name][1]}
                        for name in ("department", *columns[table.name])
                    ],
                },
            }

    def _beside(self, bundle: Bundle) -> Iterator[dict[str, Any]]:
        for export, found in fingerprints(self.beside, bundle):
            yield _file(export, found.size, found.sha256)


def _file(export: Export, size: int, sha256: str) -> dict[str, Any]:
    stem, _dot, ending = export.name.rpartition(".")
    return {
        "name": export.name.replace(".", "-").lower(),
        "path": export.name,
        "format": ending if stem else "",
        "mediatype": export.media_type.partition(";")[0],
        "bytes": size,
        "hash": f"sha256:{sha256}",
    }
