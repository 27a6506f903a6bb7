"""Reads an OGC API with QGIS, as a person at a desk does, and tells what was read.

The first argument is the address of the API, the second what to do, as JSON: a list of
steps, each an object with "do" and what that needs. The answer is JSON on the last line.
"""

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize, QVariant


def plain(value):
    """A value of a feature as JSON has it."""
    if isinstance(value, QVariant):
        return None if value.isNull() else str(value.value())
    if hasattr(value, "toString"):
        return value.toUTC().toString("yyyy-MM-ddTHH:mm:ssZ") if hasattr(value, "toUTC") else value.toString("yyyy-MM-dd")
    return value


def features(address, step):
    """Opens a layer of features and reads it."""
    uri = "url='%s' typename='%s' %s" % (address, step["layer"], step.get("uri", ""))
    layer = QgsVectorLayer(uri, step["layer"], "OAPIF")
    if not layer.isValid():
        return {"valid": False, "error": layer.error().message()}
    if "subset" in step and not layer.setSubsetString(step["subset"]):
        return {"valid": False, "error": "subset " + step["subset"]}
    request = QgsFeatureRequest()
    if "box" in step:
        request.setFilterRect(QgsRectangle(*step["box"]))
    if "where" in step:
        request.setFilterExpression(step["where"])
    if "system" in step:
        request.setDestinationCrs(QgsCoordinateReferenceSystem(step["system"]), QgsProject.instance().transformContext())
    read = []
    for f in layer.getFeatures(request):
        read.append({"values": {k: plain(f[k]) for k in f.fields().names()}, "shape": f.geometry().asWkt(6)})
    return {
        "valid": True, "system": layer.crs().authid(), "told": layer.featureCount(), "read": len(read),
        "fields": {f.name(): f.typeName() for f in layer.fields()}, "features": read[: step.get("show", 3)],
        "extent": [layer.extent().xMinimum(), layer.extent().yMinimum(), layer.extent().xMaximum(), layer.extent().yMaximum()],
    }


def drawn(layer, step):
    """Draws a layer and counts the points that are not as the ground."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setExtent(QgsRectangle(*step["extent"]))
    settings.setOutputSize(QSize(256, 256))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    ground = image.pixel(0, 0) if step.get("corner") else settings.backgroundColor().rgb()
    points = sum(1 for x in range(0, 256, 4) for y in range(0, 256, 4) if image.pixel(x, y) != ground)
    return {"points": points, "errors": [e.message for e in job.errors()]}


def vector_tiles(address, step):
    """Opens a layer of vector tiles and draws it."""
    layer = QgsVectorTileLayer("type=xyz&url=%s&zmin=%d&zmax=%d%s" % (step["tiles"], step["zmin"], step["zmax"], step.get("uri", "")), "tiles")
    if not layer.isValid():
        return {"valid": False}
    out = {"valid": True}
    if "styleUrl" in step.get("uri", ""):
        message, out["styled"] = layer.loadDefaultStyle()
        out["message"] = message
        out["styles"] = len(layer.renderer().styles())
    out.update(drawn(layer, step))
    return out


def pictures(address, step):
    """Opens a layer of pictures and draws it."""
    layer = QgsRasterLayer("type=xyz&url=%s&zmin=%d&zmax=%d" % (step["tiles"], step["zmin"], step["zmax"]), "pictures", "wms")
    out = {"valid": layer.isValid()}
    out.update(drawn(layer, step))
    return out


def main():
    app = QgsApplication([], False)
    app.initQgis()
    logged = []
    QgsApplication.messageLog().messageReceived.connect(lambda text, tag, level: logged.append("%s: %s" % (tag, text)))
    does = {"features": features, "vector tiles": vector_tiles, "pictures": pictures}
    answers = [does[step["do"]](sys.argv[1], step) for step in json.loads(sys.argv[2])]
    print(json.dumps({"answers": answers, "log": logged}))
    sys.stdout.flush()
    app.exitQgis()


main()
