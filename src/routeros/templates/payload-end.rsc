:global <<var:word>>Imported "<<token:string>>"
