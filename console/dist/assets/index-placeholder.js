document.getElementById("root").textContent = "Placeholder: the page is built from console/src.";
